import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("manifests that do not say what, why and who", () => {
  itRefuses([
    [
      "an id with a space",
      edited("payments-openssl", "pay ments!"),
      [
        '3:9: id: got pay ments!; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit. Write id: "pay-ments".',
      ],
    ],
    [
      "an id that begins with a dash",
      edited("payments-openssl", "-a"),
      [
        '3:9: id: got -a; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit. Write id: "a".',
      ],
    ],
    [
      "an id without a usable character",
      edited("payments-openssl", "ü"),
      [
        "3:9: id: got ü; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit.",
      ],
    ],
    [
      "an id of 65 characters",
      edited("payments-openssl", "a".repeat(65)),
      [
        '3:9: id: got aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit. Write id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".',
      ],
    ],
    [
      "an id that is a number",
      edited("payments-openssl", "0123"),
      [
        '3:9: id: got 0123; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit. Put it in quotes: "0123".',
      ],
    ],
    [
      "an empty id",
      edited("payments-openssl", '""'),
      [
        '3:9: id: got ""; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit.',
      ],
    ],
    [
      "an id that is left out",
      edited("id: payments-openssl\n    ", ""),
      [
        "3:5: id: got nothing; allowed is 1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit. Add id: a name for the entry, such as payments-openssl.",
      ],
    ],
    [
      "an id that stands twice",
      edited("ledger-freeze", "payments-openssl"),
      [
        "12:9: id: got payments-openssl; allowed is an id that no other entry of the file has; the entry on line 3 has it. Give one of the two another id.",
      ],
    ],
    [
      "a reason that is left out",
      edited("    reason: quarter end\n", ""),
      [
        "12:5: reason: got nothing; allowed is a text of 1 to 500 characters that is not blank. Add reason: why the patches stay out.",
      ],
    ],
    [
      "an empty reason",
      edited("quarter end", '""'),
      [
        '15:13: reason: got ""; allowed is a text of 1 to 500 characters that is not blank. Write why the patches stay out.',
      ],
    ],
    [
      "a reason without a value",
      edited("quarter end", ""),
      [
        "15:13: reason: got nothing; allowed is a text of 1 to 500 characters that is not blank. Write why the patches stay out.",
      ],
    ],
    [
      "a reason that is a comment",
      edited("quarter end", "#12"),
      [
        "15:13: reason: got nothing; allowed is a text of 1 to 500 characters that is not blank. Write why the patches stay out.",
      ],
    ],
    [
      "a blank reason",
      edited("quarter end", '"   "'),
      [
        '15:13: reason: got "   "; allowed is a text of 1 to 500 characters that is not blank. Write why the patches stay out.',
      ],
    ],
    [
      "a reason of 501 characters",
      edited("quarter end", "x".repeat(501)),
      [
        "15:13: reason: got xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...; allowed is a text of 1 to 500 characters that is not blank. Shorten it.",
      ],
    ],
    [
      "a reason on two lines",
      edited("quarter end", "|\n      one\n      two"),
      [
        '15:13: reason: got "one\\ntwo\\n"; allowed is a text on one line, without control characters. Write it on one line; in YAML a long text may go on in the next line, without | before it.',
      ],
    ],
    [
      "a reason with a line break at its end",
      edited("quarter end", ">\n      one\n      two"),
      [
        '15:13: reason: got "one two\\n"; allowed is a text on one line, without control characters. Write it without a line break at its end; in YAML write >- instead of > or |.',
      ],
    ],
    [
      "a reason that rings the bell",
      edited("quarter end", '"ring\\a"'),
      [
        '15:13: reason: got "ring\\a"; allowed is a text on one line, without control characters. Remove the character, or write it anew.',
      ],
    ],
    [
      "a reason that turns the direction",
      edited("quarter end", '"a\\u202eb"'),
      [
        '15:13: reason: got "a\\u202eb"; allowed is a text on one line, without control characters. Remove the character, or write it anew.',
      ],
    ],
    [
      "a reason with half a character",
      edited("quarter end", '"a\\ud800"'),
      [
        '15:13: reason: got "a\\ud800"; allowed is a text on one line, without control characters. Remove the character, or write it anew.',
      ],
    ],
    [
      "a reason that is a list",
      edited("quarter end", "[a, b]"),
      ["15:13: reason: got a list of 2 items; allowed is a text of 1 to 500 characters that is not blank."],
    ],
    [
      "an owner with half an address",
      edited("payments@example.com", "payments@"),
      [
        "7:12: owner: got payments@; allowed is a whole e-mail address, or the name of a team, which has no @ in it. Write one address, such as payments@example.com, or the team's name without the @.",
      ],
    ],
    [
      "two owners",
      edited("payments@example.com", "a@example.com b@example.com"),
      [
        "7:12: owner: got a@example.com b@example.com; allowed is a whole e-mail address, or the name of a team, which has no @ in it. Write one address, such as payments@example.com, or the team's name without the @.",
      ],
    ],
    [
      "an address with a name",
      edited("payments@example.com", "Payments <a@example.com>"),
      [
        '7:12: owner: got Payments <a@example.com>; allowed is a whole e-mail address, or the name of a team, which has no @ in it. Write owner: "a@example.com".',
      ],
    ],
    [
      "an owner that YAML takes for a truth",
      edited("payments@example.com", "true"),
      [
        '7:12: owner: got true; allowed is an e-mail address or the name of a team, of 1 to 128 characters. Put it in quotes: "true".',
      ],
    ],
    [
      "an owner of 129 characters",
      edited("payments@example.com", "x".repeat(129)),
      [
        "7:12: owner: got xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...; allowed is an e-mail address or the name of a team, of 1 to 128 characters. Shorten it.",
      ],
    ],
    [
      "an owner that is left out",
      edited("    owner: ledger team\n", ""),
      [
        "12:5: owner: got nothing; allowed is an e-mail address or the name of a team, of 1 to 128 characters. Add owner: whom to ask, an e-mail address or a team.",
      ],
    ],
    [
      "a ticket that is a number",
      edited("CHG-1234", "1234"),
      [
        '8:13: ticket: got 1234; allowed is a text of 1 to 64 characters that is not blank. Put it in quotes: "1234".',
      ],
    ],
    [
      "a ticket with a leading zero",
      edited("CHG-1234", "0777"),
      [
        '8:13: ticket: got 0777; allowed is a text of 1 to 64 characters that is not blank. Put it in quotes: "0777".',
      ],
    ],
    [
      "a ticket that is an object",
      edited("CHG-1234", "{ a: 1 }"),
      ['8:13: ticket: got an object with "a"; allowed is a text of 1 to 64 characters that is not blank.'],
    ],
    [
      "a ticket of 65 characters",
      edited("CHG-1234", "x".repeat(65)),
      [
        "8:13: ticket: got xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...; allowed is a text of 1 to 64 characters that is not blank. Shorten it.",
      ],
    ],
    [
      "a ticket of nothing",
      edited("CHG-1234", "~"),
      ["8:13: ticket: got ~; allowed is a text of 1 to 64 characters that is not blank."],
    ],
  ]);
});
