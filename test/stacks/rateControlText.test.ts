import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { concurrencyOf, errorLimitOf } from "#lab/aws/ssm/commands/rateControl.js";
import { configSchema } from "#stacks/config/configSchema.js";
import { account, day, monday, node, nodes, register, send, statuses } from "../lab/support.js";
import { root } from "../support/program.js";
import { tablesOf } from "../support/tables.js";

const [section = ""] =
  /^## How many nodes at once.*?(?=^## )/ms.exec(readFileSync(join(root, "docs/configuration.md"), "utf8")) ??
  [];
const [head = [], ...rows] = tablesOf(section)[0] ?? [];
const defaults = configSchema.parse({ environment: "d", patchGroups: ["g"], operatingSystems: ["UBUNTU"] });
const columns = [
  ["maxConcurrency", defaults.maxConcurrency],
  ["maxErrors", defaults.maxErrors],
  ["fanoutMaxConcurrency", defaults.fanoutMaxConcurrency],
  ["fanoutMaxErrors", defaults.fanoutMaxErrors],
] as const;
const numberOf = (cell: string | undefined) => Number(cell?.replaceAll(",", ""));

/** How many of so many nodes, of which the first ones fail one after the other, a command with a limit comes to. */
async function comesTo(size: number, fails: number, MaxErrors: string): Promise<number> {
  const failing = node({ patchGroup: "servers", fails: ["openssl"] });
  const sound = node({ patchGroup: "servers" });
  const world = account([...nodes(fails, () => failing), ...nodes(size - fails, () => sound)]);
  register(world, "servers");
  const command = send(world, "Install", { MaxErrors, MaxConcurrency: "1" });
  await world.clock.advanceTo(monday + 2 * day);
  return statuses(command).filter((status) => status !== "Terminated").length;
}

describe("what the documentation says of limits for fleets of a size", () => {
  it("is told of the defaults, and of 1, 5, 20 and 10,000 nodes among others", () => {
    const labels = columns.map(([key, value]) => `\`${key}: ${value}\``);
    expect(head).to.deep.equal(["nodes", ...labels]);
    expect(rows.map(([nodes]) => numberOf(nodes))).to.include.members([1, 5, 20, 10_000]);
  });

  for (const [nodes, ...cells] of rows) {
    it(`is what the lab does with ${nodes}`, () => {
      const size = numberOf(nodes);
      const expected = columns.map(([key, value]) =>
        key.endsWith("Errors") ? Math.min(size, errorLimitOf(value, size)) : concurrencyOf(value, size),
      );
      expect(cells.map(numberOf)).to.deep.equal(expected);
    });
  }

  for (const [nodes, , limit] of rows.filter(([nodes]) => numberOf(nodes) > 1 && numberOf(nodes) <= 20)) {
    it(`holds for installations on ${nodes} nodes: at the limit all are begun, and above it no further one`, async () => {
      const size = numberOf(nodes);
      const failures = numberOf(limit);
      expect(await comesTo(size, failures, defaults.maxErrors)).to.equal(size);
      expect(await comesTo(size, failures + 1, defaults.maxErrors)).to.equal(failures + 1);
    });
  }
});

describe("the default limit of errors", () => {
  it("lets one failure stop nobody from four nodes on, also where AWS counts the edge the other way", () => {
    for (let size = 5; size < 20; size++) {
      expect(errorLimitOf(defaults.maxErrors, size), `${size} nodes`).to.be.at.least(1);
      // The guide stops 10 % of 50 at the fifth error, the API at the sixth: no size from five on hangs on that.
      expect((size * Number.parseInt(defaults.maxErrors, 10)) / 100, `${size} nodes`).to.be.above(1);
    }
    expect(errorLimitOf(defaults.maxErrors, 4)).to.equal(1);
  });
});
