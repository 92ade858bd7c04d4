import { expect } from "chai";
import { problemText } from "#functions/exclusion-processor/manifest/readManifest.js";
import { Random } from "#lab/random.js";
import { size } from "#test/support/size.js";
import { goodYaml, read } from "./support/manifests.js";
import { expectEntries, expectSameAsRead } from "./support/naive.js";

const goodJson = JSON.stringify({
  version: 1,
  exclusions: [
    { id: "a", patches: ["openssl*"], nodes: ["i-0a1b2c3d"], reason: "r", owner: "o", expires: "2026-12-01" },
    {
      id: "b",
      hold: true,
      tags: { App: ["x", "y"] },
      reason: "r",
      owner: "o@p.q",
      expires: "2026-10-05T18:00:00Z",
    },
  ],
});
const instances = JSON.stringify({
  "i-0a1b2c3d": { exclude_patches: ["KB5034439", "openssl*"], maintenance_window: "cron(0 4 ? * SUN *)" },
  "mi-0123456789abcdef0": { exclude_patches: [] },
});
const sources: readonly (readonly [string, string])[] = [
  ["m.yaml", goodYaml],
  ["m.json", goodJson],
  ["patch-exclusions.json", instances],
];

// What YAML, JSON and JavaScript give a meaning to.
const pieces = (
  "* & ! | > - ? : # { } [ ] , \" ' % @ ` ~ \\ \t \n \r \0 \u007f \u0085 \u2028 \ufeff \ufffd \ud800 " +
  "__proto__ constructor toString null true no 0 1e999 -1 .inf 0x1F 9999-12-31 1970-01-01 2026-10-01 !!binary &a *a << ${x} KB5034439 " +
  "CVE-2024-1 openssl* aws:x PatchGroup us-east-1 i-0a1b2c3d 😀 é"
)
  .split(" ")
  .concat([
    " ",
    "  ",
    "\n  ",
    "\n    - ",
    ": ",
    "- ",
    "---\n",
    "...\n",
    "x".repeat(600),
    "[".repeat(70),
    "- ".repeat(70),
  ]);

type Mutation = (text: string, random: Random) => string;

const at = (text: string, random: Random): number => random.integer(0, text.length);

function spliced(text: string, start: number, end: number, piece: string): string {
  return text.slice(0, start) + piece + text.slice(end);
}

/** Lines with one of them, or two, changed by hand. */
function byLines(change: (lines: string[], one: number, other: number) => void): Mutation {
  return (text, random) => {
    const lines = text.split("\n");
    change(lines, random.integer(0, lines.length - 1), random.integer(0, lines.length - 1));
    return lines.join("\n");
  };
}

const ofText: readonly Mutation[] = [
  (text, random) => {
    const place = at(text, random);
    return spliced(text, place, place, random.pick(pieces));
  },
  (text, random) => {
    const place = at(text, random);
    return spliced(text, place, place + 1, random.pick(pieces));
  },
  (text, random) => {
    const place = at(text, random);
    return spliced(text, place, place + random.integer(1, 12), "");
  },
  (text, random) => text.slice(0, at(text, random)),
  (text, random) => {
    const [start, place] = [at(text, random), at(text, random)];
    return spliced(text, place, place, text.slice(start, start + random.integer(1, 60)));
  },
  byLines((lines, one) => lines.splice(one, 1)),
  byLines((lines, one, other) => lines.splice(one, 0, lines[other] ?? "")),
  byLines((lines, one, other) => {
    [lines[one], lines[other]] = [lines[other] ?? "", lines[one] ?? ""];
  }),
  byLines((lines, one) => {
    lines[one] = ` ${lines[one]}`;
  }),
  byLines((lines, one) => {
    lines[one] = (lines[one] ?? "").replace(/^ /, "");
  }),
  (text, random) => {
    const words = [...text.matchAll(/[\w.*@:+-]+|"[^"\n]*"|\[[^\][\n]*\]|\{[^{}\n]*\}/g)];
    if (words.length === 0) return text;
    const { index, 0: word } = random.pick(words);
    return spliced(text, index, index + word.length, random.pick([...pieces, random.pick(words)[0]]));
  },
];

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1e300,
  "",
  " ",
  "x",
  "*",
  [],
  {},
  ["x"],
  { x: 1 },
  [[]],
  { toString: 1 },
  "2026-10-01",
];

/** A copy of a value in which one place has another value, another key, or is gone. */
function restructured(value: unknown, random: Random): unknown {
  if (random.next() < 0.2 || typeof value !== "object" || value === null) return random.pick(values);
  if (Array.isArray(value)) {
    const items: unknown[] = [...value];
    const index = random.integer(0, items.length);
    if (random.next() < 0.2) items.splice(index, 1);
    else if (random.next() < 0.3) items.splice(index, 0, random.pick([...items, ...values]));
    else items[index] = restructured(items[index], random);
    return items;
  }
  const members: [string, unknown][] = Object.entries(value);
  const index = random.integer(0, Math.max(0, members.length - 1));
  const [key, member] = members[index] ?? ["x", 1];
  const choice = random.next();
  if (choice < 0.15) members.splice(index, 1);
  else if (choice < 0.3)
    members[index] = [random.pick(["__proto__", "id", "hold", "patches", "tags", "x", ""]), member];
  else members[index] = [key, restructured(member, random)];
  return Object.fromEntries(members);
}

function mutated(key: string, text: string, random: Random): string | Uint8Array {
  let result = text;
  if (key.endsWith(".json") && random.next() < 0.4) {
    let value: unknown = JSON.parse(text);
    for (let times = random.integer(1, 3); times > 0; times--) value = restructured(value, random);
    result = JSON.stringify(value);
  }
  for (let times = random.integer(0, 3); times > 0; times--) result = random.pick(ofText)(result, random);
  if (random.next() > 0.05) return result;
  const bytes = new TextEncoder().encode(result);
  if (bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  return bytes;
}

describe("mutated manifests", () => {
  const perSource = size(10, 7000);
  for (const [key, text] of sources) {
    it(`never throw, and are good only by the rules: ${perSource} of ${key}`, () => {
      const random = new Random(2026);
      let good = 0;
      for (let run = 0; run < perSource; run++) {
        const content = mutated(key, text, random);
        const result = read(content, key);
        if (result.ok) {
          good++;
          expectEntries(result.manifest.entries);
          const source = typeof content === "string" ? content : new TextDecoder().decode(content);
          expectSameAsRead(key, source, result.manifest.entries);
        } else {
          expect(result.problems.length).to.be.above(0);
          for (const problem of result.problems) {
            expect(problemText(key, problem)).to.match(/^[^:]+:\d+:\d+: .*got .+; allowed is .+\./u);
            expect(problemText(key, problem)).not.to.match(/[\p{Cc}\p{Cs}\u2028\u202e]/u);
          }
        }
        if (run % 100 === 0) expect(read(content, key)).to.eql(result);
      }
      // Neither would a mutation show anything if nearly all were good, or nearly none.
      expect(good / perSource).to.be.within(0.02, 0.6);
    });
  }
});
