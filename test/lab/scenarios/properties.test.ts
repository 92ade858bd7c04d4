import { expect } from "chai";
import fc from "fast-check";
import type { Command } from "#lab/aws/ssm/commands/command.js";
import { concurrencyOf, errorLimitOf } from "#lab/aws/ssm/commands/rateControl.js";
import { absent } from "#lab/fleet/model.js";
import { size } from "#test/support/size.js";
import {
  account,
  catalog,
  day,
  minute,
  monday,
  node,
  register,
  send,
  statuses,
  versionsOn,
} from "../support.js";

const names = ["libs", "app", "kernel", "curl"] as const;
const versions = (requires: readonly string[] = []) =>
  ["2026-01-01", "2026-03-01", "2026-05-01"].map((released) => ({ released, requires }));
const offered = catalog({
  libs: versions(),
  app: versions(["libs"]),
  kernel: versions(["libs"]),
  curl: versions(),
});

const anyNode = fc.record({
  state: fc.constantFrom("running" as const, "running" as const, "running" as const, "stopped" as const),
  connectionLost: fc.constantFrom(false, false, false, true),
  speed: fc.constantFrom(0, 1, 5, 60),
  answersAfter: fc.option(fc.integer({ min: 1, max: 90 }), { freq: 3, nil: undefined }),
  fails: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 1 }),
  installed: fc.tuple(...names.map(() => fc.integer({ min: absent, max: 2 }))),
});
type AnyNode = Parameters<typeof serverOf>[0];

const anyCommand = fc.record({
  operation: fc.constantFrom("Scan" as const, "Install" as const),
  MaxConcurrency: fc.constantFrom("1", "2", "3", "25%", "100%"),
  MaxErrors: fc.constantFrom("0", "1", "2", "20%", "100%"),
  RebootOption: fc.constantFrom("RebootIfNeeded", "NoReboot"),
  rejected: fc.uniqueArray(fc.constantFrom("libs*", "app", "kernel*", "curl*"), { maxLength: 2 }),
  action: fc.constantFrom("BLOCK" as const, "ALLOW_AS_DEPENDENCY" as const),
  cancelAfter: fc.option(fc.integer({ min: 0, max: 120 }), { freq: 4, nil: undefined }),
  seed: fc.nat({ max: 1000 }),
});
type AnyCommand = typeof anyCommand extends fc.Arbitrary<infer T> ? T : never;

function serverOf(spec: {
  state: "running" | "stopped";
  connectionLost: boolean;
  speed: number;
  answersAfter: number | undefined;
  fails: string[];
  installed: number[];
}) {
  const { answersAfter, installed, ...rest } = spec;
  return node({
    ...rest,
    patchGroup: "servers",
    catalog: offered,
    versions: Object.fromEntries(
      names.map((name, index) => [name, installed[index] === absent ? null : (installed[index] ?? 0)]),
    ),
    ...(answersAfter === undefined ? {} : { answersAt: monday + answersAfter * minute }),
  });
}

async function run(fleet: readonly AnyNode[], spec: AnyCommand) {
  const world = account(fleet.map(serverOf), { seed: spec.seed });
  register(world, "servers", { rejectedPatches: spec.rejected, rejectedPatchesAction: spec.action });
  const before = fleet.map((_, index) => versionsOn(world.node(index)));
  const { operation, MaxConcurrency, MaxErrors } = spec;
  const parameters = { RebootOption: [spec.RebootOption] };
  const command = send(world, operation, {
    MaxConcurrency,
    MaxErrors,
    Parameters: parameters,
    TimeoutSeconds: 1800,
  });
  const { cancelAfter } = spec;
  if (cancelAfter !== undefined) {
    world.clock.at(monday + cancelAfter * minute, () => {
      world.region.runCommand.cancelCommand({ CommandId: command.id });
    });
  }
  await world.clock.advanceTo(monday + 10 * day);
  return { world, command, before };
}

/** The most nodes that were at work at the same time. */
function mostAtOnce(command: Command): number {
  const spans = command.nodes.flatMap((_, index) => {
    const [from, to] = [command.startedAt(index), command.finishedAt(index)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  return Math.max(
    0,
    ...spans.map(({ from }) => spans.filter((span) => span.from <= from && from < span.to).length),
  );
}

const fleets = fc.array(anyNode, { maxLength: 12 });

async function always(
  check: (found: Awaited<ReturnType<typeof run>>, spec: AnyCommand, fleet: AnyNode[]) => void,
) {
  await fc.assert(
    fc.asyncProperty(fleets, anyCommand, async (fleet, spec) => check(await run(fleet, spec), spec, fleet)),
    { numRuns: size(10, 200) },
  );
}

describe("whatever the fleet and the command", () => {
  it("a command ends, and each of its nodes has come to an end", async () => {
    await always(({ command }) => {
      expect(command.end).not.to.equal(undefined);
      expect(statuses(command)).not.to.include.members(["Pending"]).and.not.include.members(["InProgress"]);
      command.nodes.forEach((_, index) => {
        expect(command.finishedAt(index)).to.be.at.most(command.endedAt ?? 0);
      });
    });
  });

  it("there are never more nodes at work than MaxConcurrency", async () => {
    await always(({ command }, { MaxConcurrency }, fleet) => {
      expect(mostAtOnce(command)).to.be.at.most(concurrencyOf(MaxConcurrency, fleet.length));
    });
  });

  it("there are never more errors than MaxErrors and the nodes that were running, and no node starts after that", async () => {
    await always(({ command }, { MaxConcurrency, MaxErrors }, fleet) => {
      const { Failed = 0, ExecutionTimedOut = 0, Terminated = 0 } = command.counts();
      const limit = errorLimitOf(MaxErrors, fleet.length);
      const errors = Failed + ExecutionTimedOut;
      expect(errors).to.be.at.most(limit + concurrencyOf(MaxConcurrency, fleet.length));
      if (Terminated > 0) expect(errors).to.be.above(limit);
    });
  });

  it("after an install nothing approved is missing where nothing failed", async () => {
    await always(({ world, command }, { operation }) => {
      command.nodes.forEach(({ fails, state }, index) => {
        if (operation === "Scan" || state === undefined || fails.size > 0) return;
        expect(state.missing).to.equal(0);
        if (command.statusOf(index) === "Success") expect(world.node(index).state?.failed).to.equal(0);
      });
    });
  });

  it("nothing rejected is installed, unless it may come as a dependency", async () => {
    await always(({ world, before }, { rejected, action }, fleet) => {
      fleet.forEach((_, index) => {
        const after = versionsOn(world.node(index));
        for (const entry of rejected) {
          const name = entry.replace("*", "");
          const mayCome = action === "ALLOW_AS_DEPENDENCY" && name === "libs";
          const hasDependent = ["app", "kernel"].some((other) => after[other] !== before[index]?.[other]);
          if (!(mayCome && hasDependent)) expect(after[name], name).to.equal(before[index]?.[name]);
        }
      });
    });
  });

  it("a scan changes no version, and no run ever makes one older", async () => {
    await always(({ world, before }, { operation }, fleet) => {
      fleet.forEach((_, index) => {
        const after = versionsOn(world.node(index));
        if (operation === "Scan") expect(after).to.deep.equal(before[index]);
        for (const name of names) expect(after[name]).to.be.at.least(before[index]?.[name] ?? 0);
      });
    });
  });

  it("only nodes that reported have a state, and a run that succeeded has reported", async () => {
    await always(({ command }) => {
      command.nodes.forEach(({ state }, index) => {
        const status = command.statusOf(index);
        if (status === "Success") expect(state).not.to.equal(undefined);
        if (["Undeliverable", "DeliveryTimedOut", "Terminated"].includes(status))
          expect(state).to.equal(undefined);
      });
    });
  });

  it("the same seed gives the same result", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, anyCommand, async (fleet, spec) => {
        const told = async () => {
          const { world, command } = await run(fleet, spec);
          const times = command.nodes.map((_, index) => [
            command.startedAt(index),
            command.finishedAt(index),
          ]);
          const states = world.region.nodes.all.map(({ state, installed }) => [state, [...installed]]);
          return { id: command.id, end: command.end, statuses: statuses(command), times, states };
        };
        expect(await told()).to.deep.equal(await told());
      }),
    );
  });
});
