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
  answersAfterAMinute: "ap-southeast-1",
  noStart: "ap-southeast-2",
  editedRunbook: "eu-north-1",
  emptiedRunbook: "ap-northeast-1",
};

const query = "ListGroupResources";
const unreached = "its automation is Failed: Step patch failed: the command ended as Failed (Undeliverable)";

function faults(): Faults {
  let throttles = 3;
  // Each of which a client waits for 20 seconds.
  let silences = 3;
  const onCall: Faults["onCall"] = ({ region, operation }) => {
    if (region === regions.down) return { kind: "regionDown" };
    if (region === regions.noStart && operation === "StartAutomationExecution") return { kind: "throttle" };
    if (operation !== query) return undefined;
    if (region === regions.answersAfterAMinute && silences-- > 0) return { kind: "timeout" };
    if (region === regions.throttled) return { kind: "throttle" };
    if (region === regions.serverError) return { kind: "serverError" };
    if (region === regions.silent) return { kind: "timeout" };
    return region === regions.throttledThenFine && throttles-- > 0 ? { kind: "throttle" } : undefined;
  };
  return { ...noFaults, onCall };
}

/** What somebody has made of a Region's runbook. */
const edits = new Map<string, (content: { parameters: object; mainSteps: unknown }) => object>([
  [
    regions.editedRunbook,
    (content) => ({ ...content, parameters: { ...content.parameters, Ticket: { type: "String" } } }),
  ],
  [
    regions.emptiedRunbook,
    ({ mainSteps: _, ...content }) => ({
      ...content,
      outputs: [],
      mainSteps: [{ name: "patch", action: "aws:sleep", inputs: { Duration: "PT1S" } }],
    }),
  ],
]);

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
        ...[regions.answersAfterAMinute, regions.noStart].map((name) => server(name)),
        ...[regions.editedRunbook, regions.emptiedRunbook].map((name) => server(name)),
        server(regions.hybridOnly, { id: "mi-00000000000000001" }),
        server(regions.stoppedOnly, { state: "stopped" }),
      ],
      faults: faults(),
      change: (_type, name, inputs) => {
        if (name.endsWith(`-group-${regions.noGroup}`)) return { ...inputs, name: `other-${name}` };
        const runbook = edits.get(name.replace("central-runbook-", ""));
        if (runbook !== undefined)
          return { ...inputs, content: JSON.stringify(runbook(JSON.parse(String(inputs.content)))) };
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
    // What is not started may be until the cutoff at 16:00.
    await lab.until("17:00:00");
  });
  after(() => lab.close());

  const patched = { members: 1, patched: 1, failed: 0, notCovered: 0 };
  const uncovered = { members: 1, patched: 0, failed: 0, notCovered: 1 };
  const noRight =
    /^AccessDeniedException: .*role\/central-start-role is not authorized to perform: resource-groups:/;
  const notSent = { members: 1, patched: 0, failed: 0, notCovered: 1 };
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
    ["answersAfterAMinute", patched],
    ["silent", /^TimeoutError: .* a request has exceeded the configured 20000 ms requestTimeout$/],
  ];
  // Rows of the same kind, of Regions whose start came to nothing: they have members, and each of them is told.
  const unstarted: readonly [kind: keyof typeof regions, error: RegExp | undefined][] = [
    ["noStart", /^the automation was not started: ThrottlingException: /],
    [
      "editedRunbook",
      /^the automation was not started: InvalidAutomationExecutionParametersException: .*Ticket/,
    ],
    ["emptiedRunbook", undefined],
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

  for (const [kind, error] of unstarted) {
    it(`${kind}: ${error === undefined ? "started, and did nothing" : "not started"}, which each node is told by`, () => {
      const region = regions[kind];
      expect(lab.executed(lab.run.runId, [region])).to.deep.equal({
        automations: error === undefined ? 1 : 0,
        commands: [0],
      });
      const found = lab.run.regions.find((one) => one.region === region);
      expect(found?.counts).to.deep.equal(notSent);
      expect(found?.notCovered.map(({ reason }) => reason)).to.deep.equal(["command not sent"]);
      const errors = lab.run.failed.filter((one) => one.region === region).map((one) => one.error);
      expect(errors).to.have.length(error === undefined ? 0 : 1);
      if (error !== undefined) expect(errors[0]).to.match(error);
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
    expect(invocation?.error).to.match(/ Started: 6 automations in [a-z0-9, -]+; started is not patched\.$/);
  });

  it("the alarms go off, and the message counts the Regions and nodes", () => {
    const own = lab.alarms.filter((name) => name.startsWith("central-"));
    expect(own).to.deep.equal([
      "central-closing-regions-alarm",
      "central-start-errors-alarm",
      "central-start-regions-alarm",
    ]);
    expect(lab.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: 10 Regions failed, 4 of 9 nodes not covered",
    ]);
    expect(lab.told[0]?.text).to.contain("\nPatched: 5 of 9 nodes; 0 failed, 4 not covered.\n");
  });

  it("says of the stopped node that it is stopped", () => {
    const { notCovered } = lab.run.regions.find(({ region }) => region === regions.stoppedOnly) ?? {};
    expect(notCovered?.map(({ reason }) => reason)).to.deep.equal(["stopped or terminated"]);
  });
});
