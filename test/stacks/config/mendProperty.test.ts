import { expect } from "chai";
import fc from "fast-check";
import type { ConfigProblem } from "#stacks/config/config.js";
import { size } from "#test/support/size.js";
import { played, resultOf, type StackFile } from "../../support/pulumiConfig.js";
import { breaks } from "../support/configBreaks.js";

function refusal(file: StackFile): readonly ConfigProblem[] {
  const result = resultOf(file);
  return result.ok ? [] : result.problems;
}

/** Problems without the indices that change when an item goes. */
function signs(problems: readonly ConfigProblem[]): string[] {
  return problems.map(({ key, reason }) => `${key.replaceAll(/\[\d+\]/g, "[]")}: ${reason}`);
}

/** What is in the first list and not in the second, each as often as it is missing. */
function less(one: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return one.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

/** Every value that is no list or map, with the way to it but for indices. */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`));
  return [`${path}=${JSON.stringify(value)}`];
}

/** What a problem is about: nothing else may be lost. */
function leavesAt(file: StackFile, key: string): string[] {
  const steps = Array.from(
    key.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g),
    ([, index, quoted, name]) => index ?? quoted ?? name,
  );
  let value: unknown = file;
  for (const step of steps)
    value = typeof value === "object" && value !== null ? Reflect.get(value, step ?? "") : undefined;
  const path = key.replaceAll(/\[\d+\]/g, "[]").replaceAll(/\["([^"]*)"\]/g, ".$1");
  return value === undefined ? [] : leaves(value, path);
}

/** A file's refusal, and each of its lines held to its promise. */
function holds(file: StackFile): { readonly problems: number; readonly lines: number } {
  const problems = refusal(file);
  let all = file;
  const unmended: string[] = [];
  let lines = 0;
  for (const [index, problem] of problems.entries()) {
    const [sign = ""] = signs([problem]);
    const line = problem.mend ?? problem.example;
    if (line === undefined) {
      unmended.push(sign);
      continue;
    }
    lines++;
    const after = played(file, line);
    const left = signs(refusal(after));
    expect(less(left, signs(problems)), `${line} brings a problem`).to.deep.equal([]);
    expect(less(signs(problems), left), `${line} leaves its problem`).to.include(sign);
    const lost = less(leaves(file), leaves(after));
    expect(less(lost, leavesAt(file, problems[index]?.key ?? "")), `${line} loses a value`).to.deep.equal([]);
    all = played(all, line);
  }
  expect(less(signs(refusal(all)), unmended), "all lines, one after the other").to.deep.equal([]);
  return { problems: problems.length, lines };
}

describe("a line of a refusal mends its problem, brings no other and loses nothing", () => {
  const counts = { files: 0, problems: 0, lines: 0 };
  for (const [kind, broken] of Object.entries(breaks)) {
    it(kind, () => {
      fc.assert(
        fc.property(broken, (file) => {
          const { problems, lines } = holds(file);
          expect(problems, JSON.stringify(file)).to.be.greaterThan(0);
          counts.files++;
          counts.problems += problems;
          counts.lines += lines;
        }),
        { numRuns: size(3, Math.ceil(2000 / Object.keys(breaks).length)) },
      );
    });
  }

  it("and most problems have one", () => {
    expect(counts.files).to.be.at.least(size(3 * Object.keys(breaks).length, 2000));
    expect(counts.lines / counts.problems, JSON.stringify(counts)).to.be.greaterThan(0.5);
  });
});
