import { expect } from "chai";
import fc from "fast-check";
import { blocksDependency, listNames } from "#lab/aws/patching/matcher.js";
import type { Patch } from "#lab/fleet/model.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { catalog } from "../../support.js";

function only(operatingSystem: OperatingSystem, name: string, spec: Partial<Patch>): Patch {
  const made = catalog({ [name]: [{ ...spec, released: "2026-01-01", requires: [] }] }, operatingSystem);
  const patch = made.packages[0]?.patches[0];
  if (patch === undefined) throw new RangeError("the catalog is empty");
  return patch;
}

const kernel = only("AMAZON_LINUX_2", "kernel", {
  epoch: "0",
  version: "5.10.228",
  release: "219.884.amzn2",
  fullVersion: "5.10.228-219.884.amzn2",
  advisory: "ALAS2KERNEL-5.10-2026-071",
  cves: ["CVE-2026-1234"],
  bugzillas: ["1234567"],
});
const imageAws = only("UBUNTU", "linux-image-aws", {
  version: "6.8.0.1021.23",
  fullVersion: "6.8.0.1021.23",
  arch: "amd64",
  advisory: "USN-7000-1",
  cves: ["CVE-2026-1234"],
});
const cumulative = only("WINDOWS", "KB5066782", { advisory: "MS26-101" });

interface Row {
  readonly entry: string;
  readonly matches: boolean;
}

const rpmRows: Row[] = [
  ...[
    "kernel",
    "kernel.x86_64",
    "kernel*",
    "KERNEL*",
    "kernel-5.10*",
    "kernel-5.10.228",
    "kernel-5.10.228-219.884.amzn2",
    "kernel-5.10.228-219.884.amzn2.x86_64",
    "0:kernel-5.10.228-219.884.amzn2.x86_64",
    "kernel-0:5.10.228-219.884.amzn2",
    "kernel-0:5.10.228-219.884.amzn2.x86_64",
    "kernel.x86_64:0:5.10.228-219.884.amzn2",
    "k*-5.1?.*amzn[0-9]",
    // A bare version names every package that has it.
    "5.10*",
    "5.10.228",
    "5.10.228-219.884.amzn2",
    "0:5.10.228-219.884.amzn2",
    "*",
  ].map((entry) => ({ entry, matches: true })),
  ...["kern", "ernel*", "kernel-5.15*", "kernel.aarch64", "kernel:x86_64", "", "5.1", "kernel[!-]"].map(
    (entry) => ({
      entry,
      matches: false,
    }),
  ),
];

const aptRows: Row[] = [
  ...[
    "linux-image-aws",
    "linux-image-*",
    "LINUX-IMAGE-AWS",
    "linux-image-aws.amd64",
    "linux-image-aws-6.8.0.1021.23",
    "amd64:6.8.0.1021.23",
    "linux-image-aws.amd64:6.8.0.1021.23",
    "6.8*",
    "*",
  ].map((entry) => ({ entry, matches: true })),
  ...["linux-image-aws:amd64", "linux-image", "linux-image-aws=6.8.0.1021.23", "USN-7000-1"].map((entry) => ({
    entry,
    matches: false,
  })),
];

describe("what an entry of a baseline's list names", () => {
  for (const { entry, matches } of rpmRows) {
    it(`${JSON.stringify(entry)} ${matches ? "rejects" : "does not reject"} an RPM`, () => {
      expect(listNames([entry], "rejected", "AMAZON_LINUX_2", kernel)).to.equal(matches);
    });
  }

  for (const { entry, matches } of aptRows) {
    it(`${JSON.stringify(entry)} ${matches ? "rejects" : "does not reject"} a Debian package`, () => {
      expect(listNames([entry], "rejected", "UBUNTU", imageAws)).to.equal(matches);
    });
  }

  for (const entry of ["CVE-2026-1234", "ALAS2KERNEL-5.10-2026-071", "1234567", "ALAS*"]) {
    it(`${entry} rejects nothing, and approves an RPM`, () => {
      expect(listNames([entry], "rejected", "AMAZON_LINUX_2", kernel)).to.equal(false);
      expect(listNames([entry], "approved", "AMAZON_LINUX_2", kernel)).to.equal(true);
    });
  }

  it("approves no Debian package by its CVE or notice", () => {
    expect(listNames(["CVE-2026-1234", "USN-7000-1"], "approved", "UBUNTU", imageAws)).to.equal(false);
  });

  for (const [entry, matches] of [
    ["KB5066782", true],
    ["kb5066782", true],
    ["MS26-101", true],
    ["KB5066783", false],
    ["5066782", false],
    ["KB506678*", false],
    ["*", false],
  ] as const) {
    it(`${entry} ${matches ? "names" : "does not name"} a KB: Windows knows whole names only`, () => {
      expect(listNames([entry], "rejected", "WINDOWS", cumulative)).to.equal(matches);
      expect(listNames([entry], "approved", "WINDOWS", cumulative)).to.equal(matches);
    });
  }

  it("takes whole names only on macOS", () => {
    const safari = only("MACOS", "Safari", { version: "18.1" });
    expect(listNames(["Safari"], "rejected", "MACOS", safari)).to.equal(true);
    expect(listNames(["Saf*", "18.1"], "rejected", "MACOS", safari)).to.equal(false);
  });

  it("looks at every entry of a list", () => {
    expect(listNames(["curl", "openssl", "kernel"], "rejected", "AMAZON_LINUX_2", kernel)).to.equal(true);
    expect(listNames(["curl", "openssl"], "rejected", "AMAZON_LINUX_2", kernel)).to.equal(false);
    expect(listNames([], "rejected", "AMAZON_LINUX_2", kernel)).to.equal(false);
  });
});

describe("what an entry keeps from coming in as a dependency", () => {
  for (const [entry, operatingSystem, blocks] of [
    ["kernel", "AMAZON_LINUX_2", true],
    ["kernel", "AMAZON_LINUX_2023", false],
    ["kernel.x86_64", "REDHAT_ENTERPRISE_LINUX", false],
    ["kernel-5.10*", "AMAZON_LINUX_2023", false],
    ["kernel*", "AMAZON_LINUX_2023", true],
    ["kernel-0:5.10.228-219.884.amzn2.x86_64", "ROCKY_LINUX", true],
    ["curl*", "AMAZON_LINUX_2023", false],
  ] as const) {
    it(`${entry} ${blocks ? "blocks" : "does not block"} on ${operatingSystem}`, () => {
      expect(blocksDependency([entry], operatingSystem, kernel)).to.equal(blocks);
    });
  }

  it("blocks a Debian package by its name", () => {
    expect(blocksDependency(["linux-image-aws"], "UBUNTU", imageAws)).to.equal(true);
  });
});

/** Whether an entry names a package, of which there is nothing but the name. */
const fits = (entry: string, name: string) =>
  listNames([entry], "rejected", "UBUNTU", { ...imageAws, name, fullVersion: undefined });

describe("an entry", () => {
  it("reads classes as Python does", () => {
    for (const [pattern, text, does] of [
      ["[a-c]x", "bx", true],
      ["[a-c]x", "dx", false],
      ["[!a-c]x", "dx", true],
      ["[!a-c]x", "ax", false],
      ["[]]x", "]x", true],
      ["[!]]x", "]x", false],
      ["[a-]x", "-x", true],
      ["[-a]x", "-x", true],
      ["[ab", "[ab", true],
      ["a[", "a[", true],
      ["a?c", "abc", true],
      ["a?c", "ac", false],
      ["a*b*c", "a-b-b-c", true],
      ["a*b*c", "a-c-b", false],
      ["", "", true],
      ["", "a", false],
      ["**", "", true],
    ] as const) {
      expect(fits(pattern, text), `${pattern} against ${text}`).to.equal(does);
    }
  });

  it("agrees with a regular expression on stars and question marks", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const source = pattern.replaceAll(".", "\\.").replaceAll("?", ".").replaceAll("*", ".*");
        expect(fits(pattern, text)).to.equal(new RegExp(`^${source}$`).test(text));
      }),
    );
  });

  it("does not mind case, and matches any text with a star at both ends of a part of it", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "B", "-", "1"), maxLength: 30 });
    fc.assert(
      fc.property(texts, texts, texts, (before, part, after) => {
        expect(fits(`*${part.toUpperCase()}*`, `${before}${part.toLowerCase()}${after}`)).to.equal(true);
      }),
    );
  });

  it("is done at once with an entry of stars that a regular expression would take years for", () => {
    expect(fits(`${"*a".repeat(30)}b`, "a".repeat(3000))).to.equal(false);
  });
});
