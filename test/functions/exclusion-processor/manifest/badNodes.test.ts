import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("manifests that do not say where", () => {
  itRefuses([
    [
      "neither nodes nor tags",
      edited("    nodes: [i-0a1b2c3d4e5f60718]\n", ""),
      [
        '3:5: nodes: got nothing; allowed is either nodes or tags. Add nodes: ["i-0a1b2c3d4e5f60718"] or tags: {"App": "payments"}.',
      ],
    ],
    [
      "nodes and tags",
      edited("    hold: true", "    hold: true\n    nodes: [i-0a1b2c3d]"),
      ["15:5: tags: got tags beside nodes; allowed is either nodes or tags. Remove one of the two."],
    ],
    [
      "a node in capitals",
      edited("i-0a1b2c3d4e5f60718", "I-0A1B2C3D4E5F60718"),
      [
        "5:13: nodes[0]: got I-0A1B2C3D4E5F60718; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Write i-0a1b2c3d4e5f60718.",
      ],
    ],
    [
      "a node id of the wrong length",
      edited("i-0a1b2c3d4e5f60718", "i-0a1b2c3d4e"),
      [
        "5:13: nodes[0]: got i-0a1b2c3d4e; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Look up the id, or select nodes by tags.",
      ],
    ],
    [
      "a hybrid node of the short kind",
      edited("i-0a1b2c3d4e5f60718", "mi-0a1b2c3d"),
      [
        "5:13: nodes[0]: got mi-0a1b2c3d; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Look up the id, or select nodes by tags.",
      ],
    ],
    [
      "a node by its name",
      edited("i-0a1b2c3d4e5f60718", "web-1"),
      [
        "5:13: nodes[0]: got web-1; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Look up the id, or select nodes by tags.",
      ],
    ],
    [
      "a node that stands twice",
      edited("[i-0a1b2c3d4e5f60718]", "[i-0a1b2c3d, i-0a1b2c3d4e5f60718, i-0a1b2c3d]"),
      ["5:46: nodes[2]: got i-0a1b2c3d; allowed is each node once. Remove one of the two."],
    ],
    [
      "one node without a list",
      edited("[i-0a1b2c3d4e5f60718]", "i-0a1b2c3d4e5f60718"),
      [
        '5:12: nodes: got i-0a1b2c3d4e5f60718; allowed is a list of 1 to 1000 ids of nodes. Write nodes: ["i-0a1b2c3d4e5f60718"].',
      ],
    ],
    [
      "no nodes in the list",
      edited("[i-0a1b2c3d4e5f60718]", "[]"),
      [
        "5:12: nodes: got a list of 0 items; allowed is a list of 1 to 1000 ids of nodes. Write at least one.",
      ],
    ],
    [
      "1001 nodes",
      edited("[i-0a1b2c3d4e5f60718]", JSON.stringify(Array.from({ length: 1001 }, (_, at) => `web-${at}`))),
      [
        "5:12: nodes: got a list of 1001 items; allowed is a list of 1 to 1000 ids of nodes. Select them by tags, or split the entry.",
      ],
    ],
    [
      "no tags",
      edited('{ App: ledger, Env: [prod, "dr"] }', "{}"),
      ["14:11: tags: got an object without tags; allowed is an object of 1 to 4 tags."],
    ],
    [
      "five tags",
      edited('{ App: ledger, Env: [prod, "dr"] }', '{ a: "1", b: "1", c: "1", d: "1", e: " 1" }'),
      [
        "14:11: tags: got 5 tags; allowed is an object of 1 to 4 tags.",
        '14:48: tags.e: got " 1"; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @. Write "1".',
      ],
    ],
    [
      "blanks beside a number",
      edited('{ App: ledger, Env: [prod, "dr"] }', '{ " App": ledger, Tier: "ledger ", Env: [5, " dr"] }'),
      [
        '14:13: tags[" App"]: got " App"; allowed is a key of 1 to 128 letters, digits, spaces and + - = . _ : / @. Write "App".',
        '14:35: tags.Tier: got "ledger "; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @. Write "ledger".',
        "14:52: tags.Env[0]: got 5; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @. Put it in quotes, a tag's value is a text.",
        '14:55: tags.Env[1]: got " dr"; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @. Write "dr".',
      ],
    ],
    [
      "tags as command lines have them",
      edited('{ App: ledger, Env: [prod, "dr"] }', "[App=ledger, Env=prod]"),
      [
        '14:11: tags: got a list of 2 items; allowed is each tag by its own key. Write tags: {"App": "ledger", "Env": "prod"}.',
      ],
    ],
    [
      "two values of one tag, as command lines have them",
      edited('{ App: ledger, Env: [prod, "dr"] }', "[App=ledger, App=billing]"),
      [
        '14:11: tags: got a list of 2 items; allowed is each tag by its own key. Write tags: {"App": ["ledger", "billing"]}.',
      ],
    ],
    [
      "a tag as the AWS CLI has it",
      edited('{ App: ledger, Env: [prod, "dr"] }', "'Key=App,Value=ledger'"),
      [
        '14:11: tags: got \'Key=App,Value=ledger\'; allowed is each tag by its own key. Write tags: {"App": "ledger"}.',
      ],
    ],
    [
      "a tag as command lines have it that is ours",
      edited('{ App: ledger, Env: [prod, "dr"] }', "PatchGroup=web"),
      ["14:11: tags: got PatchGroup=web; allowed is each tag by its own key."],
    ],
    [
      "tags in a list",
      edited('{ App: ledger, Env: [prod, "dr"] }', "[App]"),
      ["14:11: tags: got a list of 1 item; allowed is an object of 1 to 4 tags."],
    ],
    [
      "the tag of patch groups",
      edited("App: ledger", "PatchGroup: web"),
      [
        "14:13: tags.PatchGroup: got PatchGroup; allowed is any other key; patchplane writes this tag itself when it moves a node. Select by a tag that says what the node is for, such as App or Environment.",
      ],
    ],
    [
      "the other tag of patch groups",
      edited("App: ledger", "Patch Group: web"),
      [
        '14:13: tags["Patch Group"]: got Patch Group; allowed is any other key; patchplane writes this tag itself when it moves a node. Select by a tag that says what the node is for, such as App or Environment.',
      ],
    ],
    [
      "patchplane's own tag",
      edited("App: ledger", "patchplane:base-group: web"),
      [
        '14:13: tags["patchplane:base-group"]: got patchplane:base-group; allowed is any other key; patchplane writes this tag itself when it moves a node. Select by a tag that says what the node is for, such as App or Environment.',
      ],
    ],
    [
      "a tag of AWS",
      edited("App: ledger", "aws:autoscaling:groupName: web"),
      [
        '14:13: tags["aws:autoscaling:groupName"]: got aws:autoscaling:groupName; allowed is a key without aws: at its start; such tags are AWS\'s own and hybrid nodes have none. Select by a tag that says what the node is for, such as App or Environment.',
      ],
    ],
    [
      "a tag of AWS in capitals",
      edited("App: ledger", "AWS:x: web"),
      [
        '14:13: tags["AWS:x"]: got AWS:x; allowed is a key without aws: at its start; such tags are AWS\'s own and hybrid nodes have none. Select by a tag that says what the node is for, such as App or Environment.',
      ],
    ],
    [
      "a key that no tag may have",
      edited("App: ledger", '"a*": web'),
      [
        '14:13: tags["a*"]: got "a*"; allowed is a key of 1 to 128 letters, digits, spaces and + - = . _ : / @.',
      ],
    ],
    [
      "a key that is empty",
      edited("App: ledger", '"": web'),
      ['14:13: tags[""]: got ""; allowed is a key of 1 to 128 letters, digits, spaces and + - = . _ : / @.'],
    ],
    [
      "a key that is a number",
      edited("App: ledger", "1: web"),
      ['14:13: tags["1"]: got the key 1; allowed is a text as a key. Write it in quotes: "1".'],
    ],
    [
      "a key of JavaScript's",
      edited("App: ledger", "__proto__: web"),
      [
        "14:13: tags.__proto__: got __proto__; allowed is any other key; JavaScript gives this one a meaning of its own. Remove it.",
      ],
    ],
    [
      "a key with a line break",
      edited("App: ledger", '"a\\nb": web'),
      ['14:13: tags["a\\nb"]: got "a\\nb"; allowed is a key without control characters.'],
    ],
    [
      "a value that is a number",
      edited("App: ledger", "App: 42"),
      [
        "14:18: tags.App: got 42; allowed is a value, or a list of 1 to 20 values. Put it in quotes, a tag's value is a text.",
      ],
    ],
    [
      "a value that is left out",
      edited("App: ledger", "App:"),
      ["14:17: tags.App: got nothing; allowed is a value, or a list of 1 to 20 values."],
    ],
    [
      "a value that is an object",
      edited("App: ledger", "App: { is: web }"),
      ['14:18: tags.App: got an object with "is"; allowed is a value, or a list of 1 to 20 values.'],
    ],
    [
      "a value that no tag may have",
      edited("App: ledger", "App: web*"),
      [
        "14:18: tags.App: got web*; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @.",
      ],
    ],
    [
      "a value of 257 characters",
      edited("App: ledger", `App: ${"v".repeat(257)}`),
      [
        "14:18: tags.App: got vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv...; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @.",
      ],
    ],
    [
      "a key of 129 characters",
      edited("App: ledger", `${"k".repeat(129)}: web`),
      [
        '14:13: tags["kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"...]: got "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"; allowed is a key of 1 to 128 letters, digits, spaces and + - = . _ : / @.',
      ],
    ],
    [
      "a list of no values",
      edited("App: ledger", "App: []"),
      ["14:18: tags.App: got a list of 0 items; allowed is a value, or a list of 1 to 20 values."],
    ],
    [
      "21 values",
      edited("App: ledger", `App: [${Array.from({ length: 21 }, (_, at) => `v${at}`)}]`),
      ["14:18: tags.App: got a list of 21 items; allowed is a value, or a list of 1 to 20 values."],
    ],
    [
      "a value that stands twice",
      edited('[prod, "dr"]', "[prod, dr, prod]"),
      ["14:42: tags.Env[2]: got prod; allowed is each value once. Remove one of the two."],
    ],
    [
      "a value in a list that is a truth",
      edited('[prod, "dr"]', "[prod, true]"),
      [
        "14:38: tags.Env[1]: got true; allowed is a value of at most 256 letters, digits, spaces and + - = . _ : / @. Put it in quotes, a tag's value is a text.",
      ],
    ],
    [
      "a Region that the stack does not have",
      edited("[us-east-1]", "[ap-south-1]"),
      [
        "11:15: regions[0]: got ap-south-1; allowed is one of the stack's Regions, us-east-1, eu-west-1. Write one of them; without regions all of them are meant.",
      ],
    ],
    [
      "an Availability Zone",
      edited("[us-east-1]", "[us-east-1a]"),
      [
        "11:15: regions[0]: got us-east-1a; allowed is one of the stack's Regions, us-east-1, eu-west-1. Write us-east-1.",
      ],
    ],
    [
      "a Region that stands twice",
      edited("[us-east-1]", "[us-east-1, us-east-1]"),
      ["11:26: regions[1]: got us-east-1; allowed is each Region once. Remove one of the two."],
    ],
    [
      "a Region without a list",
      edited("[us-east-1]", "us-east-1"),
      [
        '11:14: regions: got us-east-1; allowed is a list of the stack\'s Regions. Write regions: ["us-east-1"].',
      ],
    ],
    [
      "no Regions in the list",
      edited("[us-east-1]", "[]"),
      [
        "11:14: regions: got a list of 0 items; allowed is a list of the stack's Regions. Write at least one.",
      ],
    ],
  ]);
});
