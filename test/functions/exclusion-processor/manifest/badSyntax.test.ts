import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("texts that cannot be read", () => {
  itRefuses([
    [
      "a text with a colon",
      edited("TLS handshake", "fails: TLS handshake"),
      [
        '6:13: got "fails: TLS handshake fails with 3.2.2"; allowed is one key and one value on a line. Put a text with a colon and a space in it in quotes, or mend the indentation of this line and the next.',
      ],
    ],
    [
      "a tab before a key",
      edited("    reason: TLS", "\treason: TLS"),
      [
        '6:1: got "\\treason: TLS handshake fails with 3.2.2"; allowed is spaces at the start of a line, no tabs. Indent with spaces.',
      ],
    ],
    [
      "a list that is not closed",
      edited('["openssl*"]', '["openssl*"'),
      [
        '5:5: got "nodes: [i-0a1b2c3d4e5f60718]"; allowed is well-formed YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
      ],
    ],
    [
      "a text that is not closed",
      edited("quarter end", '"quarter end'),
      ['18:1: got the end of the text; allowed is well-formed YAML: Missing closing "quote.'],
    ],
    [
      "an entry that is not indented",
      edited("  - id: ledger-freeze", "- id: ledger-freeze"),
      [
        '12:1: got "- id: ledger-freeze"; allowed is a line of the object around it. Indent it as the lines of the same list or object.',
      ],
    ],
    [
      "a key that is indented too much",
      edited("    hold: true", "      hold: true"),
      [
        '12:9: got "ledger-freeze"; allowed is one key and one value on a line. Put a text with a colon and a space in it in quotes, or mend the indentation of this line and the next.',
      ],
    ],
    [
      "a key without a space",
      edited("hold: true", "hold:true"),
      [
        '13:5: got "hold:true"; allowed is a key with a colon and a space behind it on one line. Write key: value, with a space behind the colon, and mend the indentation.',
      ],
    ],
    [
      "a text that begins with @",
      edited("ledger team", "@ledger"),
      ['16:12: got "@ledger"; allowed is a text that begins with another sign. Put the text in quotes.'],
    ],
    [
      "a tag",
      edited("hold: true", "hold: !yes true"),
      [
        '13:11: got "!yes true"; allowed is values without tags. Remove the word that begins with !, or put it in quotes.',
      ],
    ],
    [
      "a timestamp of YAML 1.1",
      edited("2026-12-01", "!!timestamp 2026-12-01"),
      [
        '9:14: got "!!timestamp 2026-12-01"; allowed is values without tags. Remove the word that begins with !, or put it in quotes.',
      ],
    ],
    [
      "an escape that is none",
      edited("quarter end", '"a\\qb"'),
      ['15:15: got "\\\\qb\\""; allowed is well-formed YAML: Invalid escape sequence \\q.'],
    ],
    [
      "a directive",
      edited("version: 1", "%FOO bar\n---\nversion: 1"),
      ['1:1: got "%FOO bar"; allowed is YAML without directives. Remove the line.'],
    ],
    [
      "two documents",
      edited("  - id: ledger-freeze", "---\n  - id: ledger-freeze"),
      [
        '12:1: got "---"; allowed is one document in a file. Remove the line ---, or put what follows it in its own file.',
      ],
    ],
    [
      "an alias that is no one's",
      "version: 1\nexclusions: *list",
      [
        '2:13: exclusions: got "*list"; allowed is the name of an anchor that stands before it, because a * without quotes begins an alias. Put the text in quotes: "*list".',
      ],
    ],
    [
      "an alias of itself",
      "version: 1\nexclusions: &a [*a]",
      [
        '2:17: exclusions[0]: got "*a"; allowed is the name of an anchor that stands before it, because a * without quotes begins an alias. Put the text in quotes: "*a".',
      ],
    ],
    [
      "a bomb of aliases",
      [
        "a: &a0 [x, x, x, x, x, x, x, x]",
        ...Array.from({ length: 9 }, (_, at) => `b${at}: &a${at + 1} [${Array(8).fill(`*a${at}`)}]`),
      ].join("\n"),
      ["6:26: got more, with all aliases expanded; allowed is at most 200000 values."],
    ],
    [
      "a chain of aliases",
      Array.from({ length: 70 }, (_, at) => `a${at}: &a${at + 1} [${at === 0 ? "" : `*a${at}`}]`).join("\n"),
      ["65:11: a64: got values nested deeper, with all aliases expanded; allowed is at most 64 levels."],
    ],
    [
      "a hundred brackets",
      "[".repeat(100),
      ["1:67: got values nested deeper; allowed is at most 64 levels."],
    ],
    [
      "ten thousand anchors and more",
      "&a ".repeat(20_000),
      ["1:30001: got more; allowed is at most 10000 anchors, aliases and tags. Split the file."],
    ],
    [
      "a hundred stray brackets",
      "]".repeat(100),
      ["1:21: got more; allowed is at most 20 directives and stray signs. Split the file."],
    ],
    [
      "JSON with a comma too many",
      '{\n  "version": 1,\n}',
      ['3:1: got "}"; allowed is a key in double quotes. Remove the comma before it.'],
      "m.json",
    ],
    [
      "JSON with a comma too many in a list",
      '{"exclusions": [1,]}',
      ['1:19: got "]"; allowed is a JSON value. Remove the comma before it.'],
      "m.json",
    ],
    [
      "JSON with a comma too few",
      '{\n  "version": 1\n  "exclusions": []\n}',
      ['3:3: got "exclusions"; allowed is a comma or }.'],
      "m.json",
    ],
    [
      "JSON with single quotes",
      "{'version': 1}",
      ['1:2: got "\'version\'"; allowed is a key in double quotes. Write double quotes: "...".'],
      "m.json",
    ],
    [
      "JSON with a bare key",
      "{version: 1}",
      ['1:2: got "version"; allowed is a key in double quotes. Write it in double quotes: "version".'],
      "m.json",
    ],
    [
      "JSON with a comment",
      '{ // why\n  "version": 1}',
      [
        '1:3: got "//"; allowed is a key in double quotes. Remove the comment, or use a .yaml file, which may have some.',
      ],
      "m.json",
    ],
    [
      "JSON with a date without quotes",
      '{"expires": 2026-12-01}',
      ['1:13: got "2026-12-01"; allowed is a JSON value. Write it in double quotes: "2026-12-01".'],
      "m.json",
    ],
    [
      "JSON that ends early",
      '{"version": 1',
      ["1:14: got the end of the text; allowed is a comma or }."],
      "m.json",
    ],
    [
      "JSON with a line break in a text",
      '{"version": "1\n"}',
      ['1:15: got "\\n"; allowed is a text on one line, with \\n for a new one.'],
      "m.json",
    ],
    [
      "JSON with a bad escape",
      '{"version": "\\x"}',
      ['1:14: got "\\\\x"; allowed is an escape of JSON, such as \\\\ or \\".'],
      "m.json",
    ],
    [
      "JSON with a text that is not closed",
      '{"version": "',
      ['1:14: got the end of the text; allowed is a closing ".'],
      "m.json",
    ],
    ["JSON with something behind it", "{} {}", ['1:4: got "{"; allowed is one value in a file.'], "m.json"],
    [
      "JSON with a key twice",
      '{"version": 1, "exclusions": [],\n "version": 1}',
      ["2:2: version: got a key that stands here already; allowed is each key once. Remove one of the two."],
      "m.json",
    ],
    [
      "YAML in a file that says it is JSON",
      "version: 1\nexclusions: []",
      [
        "1:1: got a text in YAML; allowed is JSON. The file's name ends in .json, and it is YAML: rename it to .yaml, or write JSON.",
      ],
      "m.json",
    ],
    [
      "a hundred brackets of JSON",
      "[".repeat(100),
      ['1:65: got "["; allowed is at most 64 levels.'],
      "m.json",
    ],
  ]);
});
