import { itRefuses } from "./support/table.js";

describe("files of instances that cannot be used", () => {
  itRefuses(
    [
      [
        "a list",
        "[]",
        [
          '1:1: got a list of 0 items; allowed is an object of instance ids. Write {"i-0a1b2c3d4e5f60718": {"exclude_patches": ["KB5034439"]}}, or {} for no exclusions.',
        ],
      ],
      [
        "a manifest of version 1",
        '{"version": 1, "exclusions": []}',
        [
          '1:2: version: got the key "version"; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Give the file another name; patch-exclusions.json has an object of instances.',
          '1:16: exclusions: got the key "exclusions"; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Give the file another name; patch-exclusions.json has an object of instances.',
        ],
      ],
      [
        "YAML",
        "i-0a1b2c3d: {}",
        [
          "1:1: got a text in YAML; allowed is JSON. The file's name ends in .json, and it is YAML: write JSON.",
        ],
      ],
      [
        "an instance by its name",
        '{"web-1": {"exclude_patches": []}}',
        [
          '1:2: ["web-1"]: got the key "web-1"; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Look up the id.',
        ],
      ],
      [
        "blanks beside a number, and the other manifest's key",
        '{" i-0a1b2c3d": {"patches": [" KB5034439", 5]}}',
        [
          '1:2: [" i-0a1b2c3d"]: got the key " i-0a1b2c3d"; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Write i-0a1b2c3d.',
          "1:18: patches: got the key patches; allowed is one of exclude_patches, maintenance_window. Write exclude_patches.",
        ],
      ],
      [
        "an instance id in capitals",
        '{"I-0A1B2C3D": {"exclude_patches": []}}',
        [
          '1:2: ["I-0A1B2C3D"]: got the key "I-0A1B2C3D"; allowed is the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718. Write i-0a1b2c3d.',
        ],
      ],
      [
        "an instance without patches",
        '{"i-0a1b2c3d": {"maintenance_window": "cron(0 4 ? * SUN *)"}}',
        [
          "1:16: exclude_patches: got nothing; allowed is a list of at most 50 names of patches. Add exclude_patches: a list, which may be empty.",
        ],
      ],
      [
        "an instance that is a list",
        '{"i-0a1b2c3d": ["KB5034439"]}',
        ['1:16: ["i-0a1b2c3d"]: got a list of 1 item; allowed is an object with exclude_patches.'],
      ],
      [
        "patches that are a text",
        '{"i-0a1b2c3d": {"exclude_patches": "KB5034439"}}',
        [
          '1:36: exclude_patches: got "KB5034439"; allowed is a list of at most 50 names of patches. Write "exclude_patches": ["KB5034439"].',
        ],
      ],
      [
        "a key with a wrong letter",
        '{"i-0a1b2c3d": {"exclude_patch": []}}',
        [
          "1:17: exclude_patch: got the key exclude_patch; allowed is one of exclude_patches, maintenance_window. Write exclude_patches.",
        ],
      ],
      [
        "a key of version 1",
        '{"i-0a1b2c3d": {"exclude_patches": [], "reason": "x"}}',
        [
          "1:40: reason: got the key reason; allowed is one of exclude_patches, maintenance_window. Remove it.",
        ],
      ],
      [
        "bad names on two instances",
        '{\n  "i-0a1b2c3d": { "exclude_patches": ["kb5034439"] },\n  "i-0a1b2c3e": { "exclude_patches": ["*", 5] }\n}',
        [
          '2:39: exclude_patches[0]: got "kb5034439"; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
          '3:39: exclude_patches[0]: got "*"; allowed is a pattern that begins with the name of a package; this one is every patch, and nothing would be patched. To stop all patching of a node, use an exclusion with hold.',
          '3:44: exclude_patches[1]: got 5; allowed is a name that begins with the name of a package; a version alone is every package of that version. Write the package before it, such as "kernel-5.10*".',
        ],
      ],
      [
        "an instance that stands twice",
        '{"i-0a1b2c3d": {"exclude_patches": []},\n "i-0a1b2c3d": {"exclude_patches": ["openssl*"]}}',
        [
          '2:2: ["i-0a1b2c3d"]: got a key that stands here already; allowed is each key once. Remove one of the two.',
        ],
      ],
      [
        "a window that is a number",
        '{"i-0a1b2c3d": {"exclude_patches": [], "maintenance_window": 4}}',
        ['1:62: maintenance_window: got 4; allowed is a text. Put it in quotes: "4".'],
      ],
      [
        "51 patches",
        JSON.stringify({
          "i-0a1b2c3d": { exclude_patches: Array.from({ length: 51 }, (_, at) => `a${at}`) },
        }),
        [
          '1:34: exclude_patches: got a list of 51 items; allowed is a list of at most 50 names of patches. Merge names with a wildcard, such as "openssl*"; a baseline takes no more.',
        ],
      ],
      [
        "10,001 instances",
        JSON.stringify(
          Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`i-${10_000_000 + at}`, {}])),
        ),
        ["1:1: got 10001 instances; allowed is at most 10000 instances. Use tags instead of instances."],
      ],
    ],
    "patch-exclusions.json",
  );
});
