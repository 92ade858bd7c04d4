import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("names that match nothing, or too much", () => {
  itRefuses([
    [
      "every patch",
      edited("openssl*", "*"),
      [
        '4:15: patches[0]: got "*"; allowed is a pattern that begins with the name of a package; this one is every patch, and nothing would be patched. To stop all patching of a node, use an exclusion with hold.',
      ],
    ],
    [
      "a wildcard that YAML takes for an alias",
      edited('["openssl*"]', "[*ssl]"),
      [
        '4:15: patches[0]: got "*ssl"; allowed is the name of an anchor that stands before it, because a * without quotes begins an alias. Put the text in quotes: "*ssl".',
      ],
    ],
    [
      "a wildcard at the start",
      edited("openssl*", "*ssl"),
      [
        '4:15: patches[0]: got "*ssl"; allowed is a name without a wildcard at its start; one there takes in packages that nobody thought of. Begin with the name of a package, such as "openssl*".',
      ],
    ],
    [
      "a question mark at the begin",
      edited("openssl*", "?penssl"),
      [
        '4:15: patches[0]: got "?penssl"; allowed is a name without a wildcard at its start; one there takes in packages that nobody thought of. Begin with the name of a package, such as "openssl*".',
      ],
    ],
    [
      "a range at the begin",
      edited("openssl*", "[ok]penssl"),
      [
        '4:15: patches[0]: got "[ok]penssl"; allowed is a name that begins with a letter or a digit. Begin with the name of a package, such as "openssl*".',
      ],
    ],
    [
      "a bare version",
      edited("openssl*", "5.10*"),
      [
        '4:15: patches[0]: got "5.10*"; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write the package before it, such as "kernel-5.10*".',
      ],
    ],
    [
      "a bare version without a wildcard",
      edited("openssl*", "3.2.2"),
      [
        '4:15: patches[0]: got "3.2.2"; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write the package before it, such as "kernel-5.10*".',
      ],
    ],
    [
      "an epoch before the name",
      edited("openssl*", "1:openssl-3.0*"),
      [
        '4:15: patches[0]: got "1:openssl-3.0*"; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write "openssl-3.0*".',
      ],
    ],
    [
      "a bare number",
      edited("openssl*", "42"),
      [
        '4:15: patches[0]: got "42"; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write the package before it, such as "kernel-5.10*".',
      ],
    ],
    [
      "a version and release",
      edited("openssl*", "5-1.amzn2023"),
      [
        '4:15: patches[0]: got "5-1.amzn2023"; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write the package before it, such as "kernel-5.10*".',
      ],
    ],
    [
      "a CVE",
      edited("openssl*", "CVE-2024-5535"),
      [
        '4:15: patches[0]: got "CVE-2024-5535"; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
      ],
    ],
    [
      "an advisory of Amazon Linux",
      edited("openssl*", "ALAS2023-2024-501"),
      [
        '4:15: patches[0]: got "ALAS2023-2024-501"; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
      ],
    ],
    [
      "an advisory of Red Hat",
      edited("openssl*", "RHSA-2024:2447"),
      [
        '4:15: patches[0]: got "RHSA-2024:2447"; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
      ],
    ],
    [
      "an advisory of Ubuntu",
      edited("openssl*", "USN-6937-1"),
      [
        '4:15: patches[0]: got "USN-6937-1"; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
      ],
    ],
    [
      "an advisory of SUSE",
      edited("openssl*", "SUSE-SU-2024:1234-1"),
      [
        '4:15: patches[0]: got "SUSE-SU-2024:1234-1"; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
      ],
    ],
    [
      "a KB in small letters",
      edited("openssl*", "kb5034439"),
      [
        '4:15: patches[0]: got "kb5034439"; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
      ],
    ],
    [
      "a KB with a space",
      edited("openssl*", "KB 5034439"),
      [
        '4:15: patches[0]: got "KB 5034439"; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
      ],
    ],
    [
      "a KB without its letters",
      edited("openssl*", "5034439"),
      [
        '4:15: patches[0]: got "5034439"; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
      ],
    ],
    [
      "a bulletin without its dash",
      edited("openssl*", "MS17_010"),
      [
        '4:15: patches[0]: got "MS17_010"; allowed is a number of Windows as KB5034439 or MS17-010. Write "MS17-010".',
      ],
    ],
    [
      "a KB with a wildcard",
      edited("openssl*", "KB50344*"),
      [
        '4:15: patches[0]: got "KB50344*"; allowed is a number of Windows as KB5034439 or MS17-010. Look up the number of the update in Microsoft\'s catalog.',
      ],
    ],
    [
      "an equals sign",
      edited("openssl*", "openssl=3.0"),
      [
        '4:15: patches[0]: got "openssl=3.0"; allowed is name-version, as the package itself is called. Write "openssl-3.0*".',
      ],
    ],
    [
      "a comparison",
      edited("openssl*", "kernel >= 5.10"),
      [
        '4:15: patches[0]: got "kernel >= 5.10"; allowed is name-version, as the package itself is called. Write "kernel-5.10*".',
      ],
    ],
    [
      "a colon before the architecture",
      edited("openssl*", "linux-image-aws:amd64"),
      [
        '4:15: patches[0]: got "linux-image-aws:amd64"; allowed is a colon only behind an epoch, as in kernel-0:5.10*; anything else matches no package. Write "linux-image-aws.amd64".',
      ],
    ],
    [
      "a module stream",
      edited("openssl*", "nodejs:18"),
      [
        '4:15: patches[0]: got "nodejs:18"; allowed is a colon only behind an epoch, as in kernel-0:5.10*; anything else matches no package. Write "nodejs*".',
      ],
    ],
    [
      "a file of a repository",
      edited("openssl*", "https://example.com/curl.rpm"),
      [
        '4:15: patches[0]: got "https://example.com/curl.rpm"; allowed is the name of a package, not of a file. Write "curl".',
      ],
    ],
    [
      "two names in one text",
      edited("openssl*", "openssl, curl*"),
      [
        '4:15: patches[0]: got "openssl, curl*"; allowed is letters, digits and . _ + - ~ ^ :, with * or ? as wildcards. Write each as an item of its own: "openssl", "curl*".',
      ],
    ],
    [
      "a file",
      edited("openssl*", "kernel-5.10.1-1.x86_64.rpm"),
      [
        '4:15: patches[0]: got "kernel-5.10.1-1.x86_64.rpm"; allowed is the name of a package, not of a file. Write "kernel-5.10.1-1.x86_64".',
      ],
    ],
    [
      "braces",
      edited("openssl*", "openssl{,-libs}"),
      [
        '4:15: patches[0]: got "openssl{,-libs}"; allowed is letters, digits and . _ + - ~ ^ :, with * or ? as wildcards. Remove the other signs.',
      ],
    ],
    [
      "a group",
      edited("openssl*", "@development"),
      [
        '4:15: patches[0]: got "@development"; allowed is a name that begins with a letter or a digit. Begin with the name of a package, such as "openssl*".',
      ],
    ],
    [
      "a space around the name",
      edited("openssl*", " openssl"),
      ['4:15: patches[0]: got " openssl"; allowed is a name without white space around it. Write "openssl".'],
    ],
    [
      "a tab in the name",
      edited("openssl*", "open\\tssl"),
      [
        '4:15: patches[0]: got "open\\tssl"; allowed is a text on one line, without control characters. Remove the character, or write it anew.',
      ],
    ],
  ]);
});
