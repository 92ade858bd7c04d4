import { expect } from "chai";
import { size } from "#test/support/size.js";
import { entriesOf, refusals } from "./support/manifests.js";

const id = (at: number) => `i-${at.toString(16).padStart(8, "0")}`;

const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `e${at}`,
    patches: ["j*"],
    nodes: [id(at)],
    reason: "r",
    owner: "o",
    expires: "2026-12-01",
  }));

const json = (count: number) => JSON.stringify({ version: 1, exclusions: entries(count) });

const yaml = (count: number) => {
  const lines = entries(count).map(
    (entry) =>
      `- {id: ${entry.id}, patches: [j*], nodes: [${entry.nodes}], reason: r, owner: o, expires: 2026-12-01}`,
  );
  return `version: 1\nexclusions:\n${lines.join("\n")}`;
};

const instances = (count: number) =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: count }, (_, at) => [id(at), { exclude_patches: ["j*"] }])),
  );

/** How often the built-in methods that all of the work rests on are called meanwhile. */
function callsOf(work: () => void): number {
  let calls = 0;
  const restore: (() => void)[] = [];
  const count = (prototype: object, name: string) => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const method: unknown = descriptor?.value;
    if (descriptor === undefined || typeof method !== "function") throw new Error(`no ${name}`);
    const counted = function (this: unknown, ...parameters: unknown[]): unknown {
      calls++;
      const [first, ...others] = parameters;
      if (typeof first !== "function") return Reflect.apply(method, this, parameters);
      // What is done for each item counts for each item.
      const callback = function (this: unknown, ...items: unknown[]): unknown {
        calls++;
        return Reflect.apply(first, this, items);
      };
      return Reflect.apply(method, this, [callback, ...others]);
    };
    Object.defineProperty(prototype, name, { ...descriptor, value: counted });
    restore.push(() => Object.defineProperty(prototype, name, descriptor));
  };
  for (const name of ["get", "set", "has"]) count(Map.prototype, name);
  for (const name of ["add", "has"]) count(Set.prototype, name);
  for (const name of ["exec", "test"]) count(RegExp.prototype, name);
  for (const name of ["slice", "indexOf", "includes", "startsWith"]) count(String.prototype, name);
  for (const name of ["push", "map", "some", "find", "includes", "indexOf"]) count(Array.prototype, name);
  count(Intl.DateTimeFormat.prototype, "formatToParts");
  count(Object, "hasOwn");
  try {
    work();
  } finally {
    for (const undo of restore) undo();
  }
  return calls;
}

describe("large manifests", () => {
  const formats: readonly (readonly [string, (count: number) => string])[] = [
    ["m.json", json],
    ["m.yaml", yaml],
    ["patch-exclusions.json", instances],
  ];
  for (const [key, make] of formats) {
    it(`of thousands of entries are read with the same work for each: ${key}`, () => {
      const calls = (text: string, count: number) => {
        let found = 0;
        const total = callsOf(() => {
          found = entriesOf(text, key).length;
        });
        expect(found).to.equal(count);
        return total;
      };
      calls(make(10), 10);
      const count = size(3000, 10_000);
      const few = calls(make(count / 10), count / 10);
      const many = calls(make(count), count);
      expect(many / count).to.be.below(1200);
      // Nothing but a logarithm may grow with the size of the file.
      expect(many / few).to.be.within(9, 10.6);
    });
  }

  it("of thousands of entries with the same mistakes are refused with the same work for each", () => {
    const wrong = (count: number) =>
      JSON.stringify({
        version: 1,
        exclusions: entries(count).map((entry) => ({
          ...entry,
          id: "same",
          expires: "x",
          zone: "",
          owner: 1,
        })),
      });
    const calls = (count: number) => {
      const text = wrong(count);
      return callsOf(() => void refusals(text, "m.json"));
    };
    calls(10);
    const count = size(2000, 8000);
    expect(calls(count) / calls(count / 4)).to.be.below(4.2);
  });

  it("with one object of many keys are refused with the same work for each", () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => `key${at + 10_000}`);
    const flow = (count: number) =>
      `{ ${keys(count)
        .map((key) => `${key}: 1`)
        .join(", ")} }`;
    const calls = (count: number) => {
      const text = `version: 1\nexclusions: [${flow(count)}]`;
      return callsOf(() => void refusals(text));
    };
    calls(10);
    const count = size(5000, 20_000);
    expect(calls(count) / calls(count / 4)).to.be.below(4.2);
  });

  const limits: readonly (readonly [string, string, string, string?])[] = [
    ["too many values of JSON", `[${"{},".repeat(250_000)}1]`, "200000 values", "m.json"],
    ["too many values", `${"? \n".repeat(240_000)}`, "200000 values"],
    ["too many words", "a:\n".repeat(340_000), "500000 words and signs"],
    ["too many texts in quotes", '"" '.repeat(340_000), "150000 texts in quotes"],
    ["too many anchors", "&a ".repeat(340_000), "10000 anchors, aliases and tags"],
    ["too many directives", "%A\n".repeat(340_000), "20 directives and stray signs"],
  ];
  for (const [what, text, words, key] of limits) {
    it(`with ${what} are given up`, () => {
      expect(text.length).to.be.below(1024 * 1024 + 1);
      const [line, ...others] = refusals(text, key);
      expect(line).to.contain(`allowed is at most ${words}`);
      expect(others).to.eql([]);
    });
  }

  it("are taken up to 1 MiB, and no further", () => {
    const text = "version: 1\nexclusions: []\n#";
    const filled = (bytes: number) => text + "x".repeat(bytes - text.length);
    expect(refusals(filled(1024 * 1024))).to.eql([]);
    expect(refusals(filled(1024 * 1024 + 1))).to.have.length(1);
    expect(refusals(new TextEncoder().encode(filled(1024 * 1024 + 1)))).to.have.length(1);
    // A character of two bytes counts as two.
    expect(refusals(`${filled(1024 * 1024 - 1)}é`)).to.have.length(1);
  });
});
