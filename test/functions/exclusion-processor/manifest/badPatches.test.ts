import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("manifests that do not say what to keep out", () => {
  itRefuses([
    [
      "neither patches nor hold",
      edited("    hold: true\n", ""),
      [
        '12:5: patches: got nothing; allowed is either patches or hold. Add patches: ["openssl*"] for some patches, or hold: true for the whole node.',
      ],
    ],
    [
      "patches and hold",
      edited("hold: true", "hold: true\n    patches: [kernel*]"),
      ["13:5: hold: got hold beside patches; allowed is either patches or hold. Remove one of the two."],
    ],
    [
      "a hold that is not true",
      edited("hold: true", "hold: false"),
      ["13:11: hold: got false; allowed is true. Write hold: true, or leave hold out."],
    ],
    [
      "a hold of YAML 1.1",
      edited("hold: true", "hold: yes"),
      ["13:11: hold: got yes; allowed is true. Write hold: true, or leave hold out."],
    ],
    [
      "a hold that is on",
      edited("hold: true", "hold: on"),
      ["13:11: hold: got on; allowed is true. Write hold: true, or leave hold out."],
    ],
    [
      "an action beside hold",
      edited("hold: true", "hold: true\n    action: block"),
      [
        "14:13: action: got block; allowed is no action beside hold, which installs nothing at all. Remove it.",
      ],
    ],
    [
      "no patches in the list",
      edited('["openssl*"]', "[]"),
      [
        "4:14: patches: got a list of 0 items; allowed is a list of 1 to 50 names of patches. Write at least one.",
      ],
    ],
    [
      "patches that are no list",
      edited('["openssl*"]', "openssl*, kernel"),
      [
        '4:14: patches: got openssl*, kernel; allowed is a list of 1 to 50 names of patches. Write patches: ["openssl*", "kernel"].',
      ],
    ],
    [
      "patches without a value",
      edited('["openssl*"]', ""),
      ["4:14: patches: got nothing; allowed is a list of 1 to 50 names of patches."],
    ],
    [
      "51 patches",
      edited('["openssl*"]', `[${Array.from({ length: 51 }, (_, at) => `"*${at}"`)}]`),
      [
        '4:14: patches: got a list of 51 items; allowed is a list of 1 to 50 names of patches. Merge names with a wildcard, such as "openssl*"; a baseline takes no more.',
      ],
    ],
    [
      "a patch that stands twice",
      edited('["openssl*"]', "[openssl*, kernel*, openssl*]"),
      ["4:34: patches[2]: got openssl*; allowed is each name once. Remove one of the two."],
    ],
    [
      "a patch that is a number",
      edited('["openssl*"]', "[5034439]"),
      [
        '4:15: patches[0]: got 5034439; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
      ],
    ],
    [
      "a patch that is nothing",
      edited('["openssl*"]', "[~]"),
      ["4:15: patches[0]: got ~; allowed is the name of a patch, of 1 to 100 characters."],
    ],
    [
      "an empty name",
      edited('["openssl*"]', '[""]'),
      [
        '4:15: patches[0]: got ""; allowed is a name of 1 to 100 characters. Name the package; a * can stand for the end of its name.',
      ],
    ],
    [
      "a name of 101 characters",
      edited("openssl*", "x".repeat(101)),
      [
        '4:15: patches[0]: got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...; allowed is a name of 1 to 100 characters. Name the package; a * can stand for the end of its name.',
      ],
    ],
    [
      "an action in capitals",
      edited("action: block", "action: BLOCK"),
      ['10:13: action: got BLOCK; allowed is block or allow-as-dependency. Write action: "block".'],
    ],
    [
      "the API's name of an action",
      edited("action: block", "action: ALLOW_AS_DEPENDENCY"),
      [
        '10:13: action: got ALLOW_AS_DEPENDENCY; allowed is block or allow-as-dependency. Write action: "allow-as-dependency".',
      ],
    ],
    [
      "an unknown action",
      edited("action: block", "action: skip"),
      ["10:13: action: got skip; allowed is block or allow-as-dependency. Leave action out for the default."],
    ],
    [
      "an action that is an object",
      edited("action: block", "action: { toString: 1 }"),
      [
        '10:13: action: got an object with "toString"; allowed is block or allow-as-dependency. Leave action out for the default.',
      ],
    ],
    [
      "an action without a value",
      edited("action: block", "action:"),
      ["10:12: action: got nothing; allowed is block or allow-as-dependency."],
    ],
  ]);
});
