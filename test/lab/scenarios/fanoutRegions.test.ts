import { expect } from "chai";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import type { NodeCounts } from "#shared/contract/closedRun.js";
import { base, east, FanoutLab, server, startFunction } from "./fanoutSupport.js";

/** Where the filter is asked what; one run goes over all of them. */
const regions = {
  members: east,
  none: "eu-west-1",
  noGroup: "eu-west-2",
  throttledThenFine: "us-east-2",
  throttled: "eu-west-3",
  denied: "ap-south-1",
  disabled: "af-south-1",
  hybridOnly: "us-west-1",
  stoppedOnly: "us-west-2",
  down: "eu-central-1",
  serverError: "sa-east-1",
  silent: "ca-central-1",
};

const query = "ListGroupResources";
const unreached = "its automation is Failed: Step patch failed: the command ended as Failed (Undeliverable)";

function faults(): Faults {
  let throttles = 3;
  const onCall: Faults["onCall"] = ({ region, operation }) => {
    if (region === regions.down) return { kind: "regionDown" };
    if (operation !== query) return undefined;
    if (region === regions.throttled) return { kind: "throttle" };
    if (region === regions.serverError) return { kind: "serverError" };
    if (region === regions.silent) return { kind: "timeout" };
    return region === regions.throttledThenFine && throttles-- > 0 ? { kind: "throttle" } : undefined;
  };
  return { ...noFaults, onCall };
}

describe("the Region filter, in one run over Regions of all kinds", () => {
  let lab: FanoutLab;
  before(async () => {
    lab = await FanoutLab.open({
      regions: Object.values(regions),
      fleet: [
        server(regions.members),
        server(regions.members),
        // Of the other kinds, all but the empty ones have a node that must not be said to be none.
        ...[regions.throttledThenFine, regions.throttled, regions.denied, regions.down].map((name) =>
          server(name),
        ),
        ...[regions.noGroup, regions.serverError, regions.silent].map((name) => server(name)),
        server(regions.hybridOnly, { id: "mi-00000000000000001" }),
        server(regions.stoppedOnly, { state: "stopped" }),
      ],
      faults: faults(),
      change: (_type, name, inputs) => {
        if (name.endsWith(`-group-${regions.noGroup}`)) return { ...inputs, name: `other-${name}` };
        if (name !== "central-start-role-policy") return inputs;
        const { Statement } = JSON.parse(String(inputs.policy));
        const allowed = {
          StringEquals: {
            "aws:RequestedRegion": Object.values(regions).filter((one) => one !== regions.denied),
          },
        };
        const changed = Statement.map((one: { Sid: string }) =>
          one.Sid === "SeeTheGroups" ? { ...one, Condition: allowed } : one,
        );
        return { ...inputs, policy: JSON.stringify({ Version: "2012-10-17", Statement: changed }) };
      },
    });
    await lab.until("14:30:00");
  });
  after(() => lab.close());

  const patched = { members: 1, patched: 1, failed: 0, notCovered: 0 };
  const uncovered = { members: 1, patched: 0, failed: 0, notCovered: 1 };
  const noRight =
    /^AccessDeniedException: .*role\/central-start-role is not authorized to perform: resource-groups:/;
  // Each row: the kind of Region, and its counts when it was started, why it was skipped, or how it failed.
  const rows: readonly [kind: keyof typeof regions, end: NodeCounts | string | RegExp][] = [
    ["members", { members: 2, patched: 2, failed: 0, notCovered: 0 }],
    ["none", "no members"],
    ["noGroup", /^the resource group .* is gone. The stack makes it .*`pulumi up --refresh` makes it again/],
    ["throttledThenFine", patched],
    ["throttled", /^TooManyRequestsException: Rate exceeded$/],
    ["denied", noRight],
    [
      "disabled",
      /^UnrecognizedClientException: .* is invalid; the Region may not be enabled for the account/,
    ],
    ["hybridOnly", patched],
    ["stoppedOnly", uncovered],
    ["down", /^TimeoutError: socket hang up$/],
    ["serverError", /^InternalServerErrorException: An internal error occurred$/],
    ["silent", /^TimeoutError: .* a request has exceeded the configured 20000 ms requestTimeout$/],
  ];
  for (const [kind, end] of rows) {
    const region = regions[kind];
    it(`${kind}: ${end instanceof RegExp ? "failed" : typeof end === "string" ? "skipped" : "started"}`, () => {
      const { run } = lab;
      const about = <T extends { region: string; group: string }>(list: readonly T[]) =>
        list.filter((one) => one.region === region && one.group === base);
      const errors = about(run.failed).map(({ error }) => error);
      const counts = run.regions.find((one) => one.region === region)?.counts;
      const reasons = about(run.skipped).map(({ reason }) => reason);
      const { commands } = lab.executed(run.runId, [region]);
      const isStarted = typeof end === "object" && !(end instanceof RegExp);
      expect(commands).to.deep.equal([isStarted ? 1 : 0]);
      expect(counts).to.deep.equal(isStarted ? end : undefined);
      expect(reasons).to.deep.equal(typeof end === "string" ? [end] : []);
      if (end instanceof RegExp) expect(errors).to.have.length(1);
      if (end instanceof RegExp) expect(errors[0]).to.match(end);
      // A Region that is started may still fail: that of stopped nodes has nobody to take the command.
      else
        expect(errors.map((one) => one.replace(/ [0-9a-f-]{36} /, " "))).to.deep.equal(
          kind === "stoppedOnly" ? [unreached] : [],
        );
    });
  }

  it("the invocation and the window have failed, and name each Region that did", () => {
    const [invocation, ...more] = lab.invocations(startFunction);
    expect(more).to.deep.equal([]);
    expect(invocation?.status).to.equal("error");
    expect(lab.execution.status).to.equal("FAILED");
    const task = lab.execution.tasks.find(({ task: { arn } }) => arn.endsWith(startFunction));
    expect(task?.status).to.equal("FAILED");
    for (const [kind, end] of rows) {
      const named = `${regions[kind]}, ${base}: `;
      expect(invocation?.error?.includes(named), named).to.equal(end instanceof RegExp);
      expect(task?.statusDetails.includes(named), named).to.equal(end instanceof RegExp);
    }
    expect(invocation?.error).to.match(/ Started: 4 automations in [a-z0-9, -]+; started is not patched\.$/);
  });

  it("the alarms go off, and the message counts the Regions and nodes", () => {
    const own = lab.alarms.filter((name) => name.startsWith("central-"));
    expect(own).to.deep.equal([
      "central-closing-regions-alarm",
      "central-start-errors-alarm",
      "central-start-regions-alarm",
    ]);
    expect(lab.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: 8 Regions failed, 1 of 5 nodes not covered",
    ]);
    expect(lab.told[0]?.text).to.contain("\nPatched: 4 of 5 nodes; 0 failed, 1 not covered.\n");
  });

  it("says of the stopped node that it is stopped", () => {
    const { notCovered } = lab.run.regions.find(({ region }) => region === regions.stoppedOnly) ?? {};
    expect(notCovered?.map(({ reason }) => reason)).to.deep.equal(["stopped or terminated"]);
  });
});
