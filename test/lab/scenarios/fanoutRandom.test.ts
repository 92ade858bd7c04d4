import { expect } from "chai";
import { size } from "#test/support/size.js";
import { type Opening, RandomFanout } from "./fanoutRandomPlay.js";

/** Openings of one lab: all in all 300 runs in full. */
const openings = 3;

/** Everything that must hold of a run, whatever the fleet and the faults. */
function expectSound({ places, promises }: RandomFanout, opening: Opening): void {
  const { record, runId, execution, told, trouble, cutoff } = opening;
  const commands = places.flatMap(({ in: { runCommand } }) =>
    runCommand.commands.filter(({ parameters }) => parameters.SnapshotId?.[0] === runId),
  );
  expect(promises.broken, "promises of exclusions").to.deep.equal([]);
  const isTold = (text: string) => told.some((one) => one.includes(text));
  if (record === undefined) {
    expect(commands, "commands without a record").to.deep.equal([]);
    expect(execution.status).to.equal("FAILED");
    expect(isTold("FAILED"), "a window that failed is told").to.equal(true);
    return;
  }
  for (const { region: name, account, in: place } of places) {
    const members = place.nodes.all.map(({ id }) => id);
    const found = record.regions.find((one) => one.region === name && one.account === account);
    // Held nodes are in no group, unless somebody has put them back.
    const isAsked = (id: string) => account !== undefined || !promises.isHeld(id);
    const failed = record.failed.filter(({ region }) => region === name);
    // A Region that has not answered is asked for no account.
    const isFailed =
      failed.length > 0 ||
      record.uncounted?.some((one) => one.account === account && one.regions.includes(name)) === true;
    if (found === undefined) {
      expect(
        isFailed || !members.some(isAsked),
        `${name} of ${account ?? "the own account"} has failed, or has no nodes`,
      ).to.equal(true);
      continue;
    }
    const ends = [
      ...found.patched,
      ...found.findings.map(({ id }) => id),
      ...found.notCovered.flatMap(({ nodes }) => nodes),
    ];
    // Nobody knows the members of a group that is gone: it is told in their place.
    const isGone = account === undefined && failed.some(({ error }) => error.includes("is gone"));
    const asked = members.filter((id) => ends.includes(id) || (isAsked(id) && !isGone));
    expect(ends.sort(), `each node of ${name} once`).to.deep.equal(asked.sort());
    for (const { reason, why } of found.notCovered) expect([reason, why]).to.not.include("");
  }
  if (trouble.lost !== undefined)
    expect(
      record.failed.filter(({ region, error }) => region === trouble.lost && error.includes("is gone")),
      "a lost group",
    ).to.not.be.empty;
  // Who is told as patched has come to the end of a command of this run.
  const patched = new Set(record.regions.flatMap((one) => one.patched));
  for (const command of commands)
    command.nodes.forEach(({ id }, index) => {
      if (patched.has(id)) expect(command.statusOf(index)).to.equal("Success");
    });
  const { totals, failed, uncounted = [] } = record;
  if (totals.failed + totals.notCovered + failed.length + uncounted.length > 0)
    expect(isTold(runId), "what went wrong is told").to.equal(true);
  const begun = commands.flatMap((command) =>
    command.nodes.flatMap((_, index) => command.startedAt(index) ?? []),
  );
  const isLate = begun.some((time) => time > cutoff);
  if (isLate) expect(isTold("central-stopping-errors-alarm"), "a stop that failed is told").to.equal(true);
  const { calls, regionsDown } = trouble.file ?? {};
  if (isLate)
    expect(trouble.kills ?? calls ?? regionsDown, "nothing begins after the cutoff").to.not.equal(undefined);
}

/** Its lab meets a lost group, an exclusion that is undone and not put right, and nodes whose turn does not come before the cutoff. */
const first = 9;

describe("whatever the fleet and the faults, a run of the central window", () => {
  for (let seed = first; seed < first + size(1, 100); seed++)
    it(`tells each node once, begins nothing after its cutoff, kills nobody, keeps what exclusions promise and tells what fails, ${seed}`, async () => {
      const play = await RandomFanout.open(seed);
      try {
        for (let number = 1; number <= openings; number++) {
          const opening = await play.next();
          try {
            expectSound(play, opening);
            for (const { in: place } of play.places)
              expect(place.nodes.all.filter(({ broken }) => broken !== undefined)).to.deep.equal([]);
          } catch (error) {
            const undone =
              opening.undoing === undefined
                ? ""
                : `, ${JSON.stringify({ ...opening.undoing, asked: 0 })} undone`;
            throw new Error(`opening ${number}, with ${opening.trouble.name}${undone}: ${error}`, {
              cause: error,
            });
          }
        }
      } finally {
        await play.lab.close();
      }
    });
});
