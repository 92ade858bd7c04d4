import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("texts that are no manifest", () => {
  itRefuses([
    [
      "an empty file",
      "",
      [
        "1:1: got nothing; allowed is an object with version and exclusions. Write version: 1 and exclusions: [], or delete the file, to end its exclusions.",
      ],
    ],
    [
      "a file of comments alone",
      "# nothing\n",
      [
        "1:1: got nothing; allowed is an object with version and exclusions. Write version: 1 and exclusions: [], or delete the file, to end its exclusions.",
      ],
    ],
    [
      "a text",
      "foo",
      [
        "1:1: got foo; allowed is an object with version and exclusions. Write version: 1 and exclusions: with a list below it.",
      ],
    ],
    [
      "a list",
      "- id: a\n",
      [
        "1:1: got a list of 1 item; allowed is an object with version and exclusions. Write version: 1 and exclusions:, and the list below that.",
      ],
    ],
    [
      "a list in JSON",
      "[]",
      [
        "1:1: got a list of 0 items; allowed is an object with version and exclusions. Write version: 1 and exclusions:, and the list below that.",
      ],
      "m.json",
    ],
    [
      "a name that is no manifest's",
      "version: 1\n",
      [
        '1:1: got the name "notes.txt"; allowed is a name that ends in .yaml, .yml or .json. Rename the file, or put it elsewhere.',
      ],
      "notes.txt",
    ],
    [
      "a manifest without version",
      "exclusions: []",
      ["1:1: version: got nothing; allowed is 1. Add version: 1."],
    ],
    [
      "a version that is a text",
      "version: '1'\nexclusions: []",
      ["1:10: version: got '1'; allowed is 1. Write version: 1."],
    ],
    [
      "a later version, and nothing else of it",
      "version: 2\nentries: [1, 2]",
      ["1:10: version: got 2; allowed is 1. Use a newer patchplane, or write version: 1."],
    ],
    [
      "a manifest without exclusions",
      "version: 1",
      [
        "1:1: exclusions: got nothing; allowed is a list of at most 10000 entries. Add exclusions: a list, which may be empty.",
      ],
    ],
    [
      "exclusions without a value",
      "version: 1\nexclusions:",
      [
        "2:12: exclusions: got nothing; allowed is a list of at most 10000 entries. Write a list, which may be empty.",
      ],
    ],
    [
      "exclusions that are an object",
      "version: 1\nexclusions: { a: 1 }",
      [
        '2:13: exclusions: got an object with "a"; allowed is a list of at most 10000 entries. Write a list of entries, each with the key of now as its id.',
      ],
    ],
    [
      "a wrong key at the top",
      edited("exclusions:", "exclusion:"),
      ["2:1: exclusion: got the key exclusion; allowed is one of version, exclusions. Write exclusions."],
    ],
    [
      "instances under another name",
      '{"i-0a1b2c3d": {"exclude_patches": []}}',
      [
        "1:1: got an object of instances; allowed is an object with version and exclusions. Name the file patch-exclusions.json.",
      ],
      "m.json",
    ],
    [
      "an entry that is a text",
      edited("  - id: ledger", "  - x\n  - id: ledger"),
      [
        "12:5: exclusions[1]: got x; allowed is an object with id, patches or hold, nodes or tags, reason, owner and expires.",
      ],
    ],
    [
      "an entry without content",
      edited("  - id: ledger", "  -\n  - id: ledger"),
      [
        "12:4: exclusions[1]: got nothing; allowed is an object with id, patches or hold, nodes or tags, reason, owner and expires.",
      ],
    ],
    [
      "an entry that is a list",
      edited("  - id: ledger", "  - [a]\n  - id: ledger"),
      [
        "12:5: exclusions[1]: got a list of 1 item; allowed is an object with id, patches or hold, nodes or tags, reason, owner and expires.",
      ],
    ],
    [
      "a key with a wrong letter",
      edited("reason: quarter", "reson: quarter"),
      [
        "15:5: reson: got the key reson; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Write reason.",
      ],
    ],
    [
      "a key in capitals",
      edited("expires: 2026-10", "EXPIRES: 2026-10"),
      [
        "17:5: EXPIRES: got the key EXPIRES; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Write expires.",
      ],
    ],
    [
      "a key of another system",
      edited("nodes: [", "instances: ["),
      [
        "5:5: instances: got the key instances; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Write nodes.",
      ],
    ],
    [
      "a key that nobody knows",
      edited("    action: block", "    priority: 1"),
      [
        "10:5: priority: got the key priority; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Remove it.",
      ],
    ],
    [
      "a merge key",
      edited("    action: block", "    <<: { action: block }"),
      [
        '10:5: ["<<"]: got the key "<<"; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Write the keys out, nothing is merged.',
      ],
    ],
    [
      "a key that stands twice",
      edited("    action: block", "    action: block\n    id: b"),
      ["11:5: id: got a key that stands here already; allowed is each key once. Remove one of the two."],
    ],
    [
      "a key of JavaScript's",
      edited("    action: block", "    __proto__: { id: b }"),
      [
        "10:5: __proto__: got __proto__; allowed is any other key; JavaScript gives this one a meaning of its own. Remove it.",
      ],
    ],
    [
      "a key that objects inherit",
      edited("    action: block", "    constructor: 1"),
      [
        "10:5: constructor: got the key constructor; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Remove it.",
      ],
    ],
    [
      "nothing but an id, in JSON",
      '{"version": 1, "exclusions": [{\n  "id": "a"\n}]}',
      [
        "1:31: reason: got nothing; allowed is a text of 1 to 500 characters that is not blank. Add reason: why the patches stay out.",
        "1:31: owner: got nothing; allowed is an e-mail address or the name of a team, of 1 to 128 characters. Add owner: whom to ask, an e-mail address or a team.",
        "1:31: expires: got nothing; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Add expires: the last day of the exclusion.",
        '1:31: patches: got nothing; allowed is either patches or hold. Add "patches": ["openssl*"] for some patches, or "hold": true for the whole node.',
        '1:31: nodes: got nothing; allowed is either nodes or tags. Add "nodes": ["i-0a1b2c3d4e5f60718"] or "tags": {"App": "payments"}.',
      ],
      "m.json",
    ],
    [
      "10,001 entries",
      JSON.stringify({ version: 1, exclusions: Array.from({ length: 10_001 }, () => 1) }),
      [
        "1:27: exclusions: got a list of 10001 items; allowed is a list of at most 10000 entries. Split the file.",
      ],
      "m.json",
    ],
    [
      "more than 1 MiB",
      `version: 1\nexclusions: [] # ${"x".repeat(1024 * 1024)}`,
      ["1:1: got 1048604 bytes; allowed is at most 1048576 bytes. Split it into several manifests."],
    ],
    [
      "bytes that are no UTF-8",
      Uint8Array.of(0x61, 0x3a, 0x0a, 0x62, 0xff),
      ["2:2: got bytes that are no UTF-8; allowed is UTF-8. Save the file as UTF-8."],
    ],
    [
      "bytes that are no UTF-8 behind a sign for such bytes",
      new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode("a: \ufffd\nb: é"), 0xc3]),
      ["2:5: got bytes that are no UTF-8; allowed is UTF-8. Save the file as UTF-8."],
    ],
    [
      "a text in UTF-16",
      Uint8Array.of(0xff, 0xfe, 0x61, 0),
      ["1:1: got a text in UTF-16; allowed is UTF-8. Save the file as UTF-8."],
    ],
    [
      "a control character",
      "version: 1\n# \u0007",
      [
        "2:3: got the control character \\u0007; allowed is text without control characters. Remove it, or save the file as UTF-8.",
      ],
    ],
  ]);
});
