import { expect } from "chai";
import { endRun } from "#functions/regional-fanout/core/runEnd.js";
import { placeText } from "#shared/contract/closedRun.js";
import { closedKey } from "#shared/contract/runKeys.js";
import { recordText } from "#shared/contract/runRecord.js";
import { type MemoryWorld, named, pagesOf } from "#test/memory/regionalFanout/world.js";
import { began, close, finalRecord, finish, startedWorld } from "./closingSupport.js";
import { arnOf, east, endless, nodeId, ohio, openRecord, payload, runId, state } from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };

describe("closing a run of further accounts", () => {
  const [first, second] = ["210987654321", "310987654321"];

  /** Of the group's two nodes one has had no command; a third one has had, and has left the group since. */
  const patchedThere = (world: MemoryWorld, place: string, name: string) => {
    const region = world.region(place);
    const ids = [0, 1, 2].map((index) => nodeId(index + (name === east ? 900 : 950)));
    region.groups.set("group-a", pagesOf(ids.slice(0, 2).map((id) => arnOf(id, name))));
    region.commands = [{ id: "there", snapshotId: runId, status: "Success", groups: ["group-a"] }];
    for (const id of ids.slice(1)) {
      region.states.set(id, state(id));
      region.invocations.push({ commandId: "there", nodeId: id, status: "Success", requestedAt: began });
    }
    for (const id of ids) region.pings.set(id, "Online");
  };
  type Told = readonly [account: string, status: string];
  /** A run whose automation of further accounts in Ohio has ended, with what it tells of each of them. */
  const endedElsewhere = async (ended: string, ...told: Told[]) => {
    const event = payload({ Accounts: [first, second], LocationMaxErrors: "0" });
    const world = await startedWorld(members, event);
    finish(world);
    for (const region of [east, ohio]) patchedThere(world, `${region} of ${first}`, region);
    const start = openRecord(world).starts.find(
      ({ region, accounts }) => region === ohio && accounts.length > 0,
    );
    const locations = told.map(([account, status]) => ({
      region: ohio,
      account,
      status,
      failureMessage: undefined,
    }));
    world.executions.set(start?.executionId ?? "", {
      status: ended,
      failureMessage: "one failed",
      locations,
    });
    await close(world);
    return { world, failed: finalRecord(world).failed };
  };
  const failedElsewhere = (...told: Told[]) => endedElsewhere("Failed", ...told);

  it("names one that failed although the automation of all succeeded, as LocationMaxErrors lets it", async () => {
    const { failed } = await endedElsewhere("Success", [first, "Failed"], [second, "Success"]);
    expect(failed.map(({ account, error }) => [account, error])).to.deep.equal([
      [first, "its automation is Failed"],
    ]);
  });

  it("names those that failed, counts nodes, and says of whom they cannot be", async () => {
    const { world, failed } = await failedElsewhere([first, "TimedOut"], [second, "Success"]);
    expect(failed).to.deep.equal([
      { region: ohio, group: "group-a", account: first, error: "its automation is TimedOut" },
    ]);
    const { regions, totals, uncounted } = finalRecord(world);
    const counts = { members: 3, patched: 2, failed: 0, notCovered: 1 };
    const there = regions.filter(({ account }) => account !== undefined);
    expect(there.map((one) => [one.region, one.account, one.counts])).to.deep.equal([
      [ohio, first, counts],
      [east, first, counts],
    ]);
    expect(there[0]?.notCovered.map(({ reason, nodes }) => [reason, nodes])).to.deep.equal([
      ["unknown", [nodeId(950)]],
    ]);
    const own = regions.reduce((sum, one) => sum + (one.account === undefined ? one.counts.members : 0), 0);
    expect(totals.members).to.equal(own + 6);
    expect(uncounted).to.deep.equal([
      { account: second, regions: [ohio, east], why: "there is no resource group group-a" },
    ]);
    expect(world.told[0]).to.deep.include({ resources: [closedKey(runId, began)] });
    expect(world.told[0]?.subject).to.contain("1 Region failed, 1 account not counted, 2 of 9 nodes");
    expect(world.told[0]?.text)
      .to.contain(`- ${ohio} of ${first}: unknown: 1 node (${nodeId(950)})`)
      .and.to.contain(`- nodes of ${second} in ${ohio}, ${east} are not counted: there is no`)
      .and.not.to.contain("are not counted here");
  });

  // AWS does not document what it tells of an account that was not begun.
  it("says of one that was not begun, and is told as Pending, that it was not", async () => {
    const { failed } = await failedElsewhere([first, "Failed"], [second, "Pending"]);
    expect(failed.map(({ account, error }) => `${account}: ${error}`)).to.deep.equal([
      `${first}: its automation is Failed`,
      `${second}: its automation was not begun; that of all accounts, with LocationMaxErrors 0, is Failed: one failed`,
    ]);
  });

  it("says of all of them what is wrong with their automation when it tells of none", async () => {
    const { failed } = await failedElsewhere();
    expect(failed.map(({ account, error }) => `${account}: ${error}`)).to.deep.equal([
      `${first}, ${second}: its automation is Failed: one failed`,
    ]);
  });
});

describe("the end of a run in further accounts", () => {
  const [first, second, third] = ["210987654321", "310987654321", "410987654321"];
  const ids = Array.from({ length: 6 }, (_, index) => nodeId(900 + index));

  /** A run whose first account is at work, whose second has ended, and whose third cannot be reached. */
  async function atWork(changes: Readonly<Record<string, unknown>> = {}) {
    const event = payload({ Accounts: [first, second, third], ...changes });
    const world = await startedWorld({ [ohio]: { "group-a": [nodeId(0)] } }, event);
    for (const { accounts, executionId = "" } of openRecord(world).starts) {
      const told = [
        [first, "InProgress"],
        [second, "Success"],
        [third, "InProgress"],
      ] as const;
      const locations = told.map(([account, status]) => ({
        ...{ region: ohio, account, status, failureMessage: undefined },
      }));
      world.executions.set(executionId, {
        status: "InProgress",
        failureMessage: undefined,
        locations: accounts.length === 0 ? [] : locations,
      });
    }
    const there = world.region(placeText({ region: ohio, account: first }));
    there.groups.set("group-a", pagesOf(ids.map((id) => arnOf(id, ohio))));
    there.commands = [{ id: "there", snapshotId: runId, status: "InProgress", groups: ["group-a"] }];
    const statuses = ["Success", "InProgress", "Pending", "Delayed"];
    there.invocations = statuses.map((status, index) => ({
      ...{ commandId: "there", nodeId: ids[index] ?? "", status, requestedAt: began },
    }));
    world.region(placeText({ region: ohio, account: third })).fault = named("AccessDenied", "no");
    const cancelled: string[] = [];
    const completed: string[] = [];
    const told: string[] = [];
    const closing = world.closingPorts();
    const stops = (name: string, reports = closing.region(name)) => ({
      ...reports,
      invocationPages: world.invocationPages(name),
      cancelOn: async (_command: string, nodes: readonly string[]) =>
        void cancelled.push(...nodes.map((id) => `${name}: ${id}`)),
      completeAutomation: async (id: string) => void completed.push(id),
      beginning: async () => [`in ${name}`],
    });
    const ports = {
      runs: closing.runs,
      region: (name: string) => stops(name),
      other: (role: Parameters<typeof closing.other>[0]) => (region: string) =>
        stops(placeText({ region, account: role.account }), closing.other(role)(region)),
      notifier: { publish: async ({ text }: { readonly text: string }) => void told.push(text) },
    };
    return { world, ports, cancelled, completed, told };
  }

  it("cancels what has not begun, listed or not, leaves alone what is at work, and asks none that has ended", async () => {
    const { ports, cancelled, completed, told } = await atWork();
    const error = await endRun(ports, { runId, at: "end" }, began, endless()).catch(String);
    expect(cancelled.sort()).to.deep.equal(ids.slice(2).map((id) => `${ohio} of ${first}: ${id}`));
    expect(completed).to.deep.equal([]);
    expect(told.join()).to.contain(`- ${ohio} of ${first}: ${ids[1]}`);
    expect(error).to.contain(`${ohio} of ${third}: AccessDenied`).and.to.not.contain(second);
  });

  it("lets no further account be begun where they are begun one after the other", async () => {
    const { world, ports, completed } = await atWork({ LocationMaxConcurrency: "1" });
    await endRun(ports, { runId, at: "stop" }, began, endless()).catch(String);
    const others = openRecord(world).starts.filter(({ accounts }) => accounts.length > 0);
    expect(completed).to.deep.equal(others.map(({ executionId }) => executionId));
  });

  it("lets no further node be begun there where each has an automation of its own", async () => {
    const { ports, completed } = await atWork({ ExecutionMode: "per-instance" });
    await endRun(ports, { runId, at: "stop" }, began, endless()).catch(String);
    expect(completed).to.include(`in ${ohio} of ${first}`);
  });

  it("cancels what was begun by a start that nobody came to note", async () => {
    const { world, ports, cancelled } = await atWork();
    const { starts, ...record } = openRecord(world);
    const unnoted = starts.map(({ executionId: _, ...start }) => start);
    const runs = { read: async () => ({ text: recordText({ ...record, starts: unnoted }), etag: "e" }) };
    await endRun({ ...ports, runs }, { runId, at: "stop" }, began, endless()).catch(String);
    expect(cancelled.sort()).to.deep.equal(ids.slice(2).map((id) => `${ohio} of ${first}: ${id}`));
  });
});
