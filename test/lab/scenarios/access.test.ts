import { resolve } from "node:path";
import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { account, at, catalog, hour, node, refused } from "../support.js";
import { Granted, Policies, without } from "./accessSupport.js";
import { ExclusionLab } from "./exclusionSupport.js";

const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const linux = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-05-01" }] });
const slow = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-05-01", installSeconds: 5000 }],
});

const fleets = {
  healthy: [1, 2, 3, 4].map(() => node({ tags, catalog: linux })),
  failing: [1, 2, 3, 4].map(() => node({ tags, catalog: linux, fails: ["openssl"] })),
  overrunning: [1, 2, 3, 4].map(() => node({ tags, catalog: slow, speed: 1 })),
  elsewhere: [node({ tags: { PatchGroup: "others" }, catalog: linux })],
};

// Each row: what is taken out, the nodes that show it, which of the calls that were made over them would then be refused.
const rows: readonly [resource: string, sid: string, fleet: keyof typeof fleets, action: string][] = [
  ["install-role", "SystemsManagerOfThisAccount", "healthy", "sts:AssumeRole"],
  ["install-role-policy", "RunThePatchDocument", "healthy", "ssm:SendCommand"],
  ["install-role-policy", "OnNodesOfTheTargets", "healthy", "ssm:SendCommand"],
  ["install-role-policy", "PublishNotificationsOfCommands", "healthy", "iam:PassRole"],
  ["install-role-policy", "CallTheExclusionProcessor", "healthy", "lambda:InvokeFunction"],
  ["scan-role-policy", "RunThePatchDocument", "healthy", "ssm:SendCommand"],
  ["scan-role-policy", "OnNodesOfTheTargets", "healthy", "ssm:SendCommand"],
  ["scan-role-policy", "PublishNotificationsOfCommands", "healthy", "iam:PassRole"],
  ["notifications-role", "SystemsManagerOfThisAccount", "failing", "sts:AssumeRole"],
  ["notifications-role-policy", "PublishFailures", "failing", "sns:Publish"],
  ["notifications-role-policy", "EncryptMessages", "failing", "kms:Decrypt, kms:GenerateDataKey"],
  ["notifications-completions-policy", "Rules", "healthy", "sns:Publish"],
  ["notifications-failures-policy", "AlarmsOfThisAccount", "elsewhere", "sns:Publish"],
  ["encryption-key", "MessagesOfRules", "healthy", "kms:Decrypt, kms:GenerateDataKey"],
  ["encryption-key", "MessagesOfAlarms", "elsewhere", "kms:Decrypt, kms:GenerateDataKey"],
  ["encryption-key", "ManagedByIamOfThisAccount", "failing", "kms:Decrypt, kms:GenerateDataKey"],
];

/** Statements that these mornings do not ask for, and where they are. */
const others = [
  // The same as of the install window and of the topic of completions.
  "scan-role SystemsManagerOfThisAccount",
  "notifications-completions-policy AlarmsOfThisAccount",
  // As of the topic of completions: a lost window's closing record tells of it, the rule of openings that are skipped.
  "notifications-failures-policy Rules",
  // User guide, "Setting up Maintenance Windows": what follows and ends a task's commands.
  ...["install", "scan"].flatMap((name) =>
    ["CancelCommandsAtCutoff", "FollowCommands"].map((sid) => `${name}-role-policy ${sid}`),
  ),
  // User guide, "Configuring Amazon S3 for Run Command" and "Configuring CloudWatch Logs for Run Command": the agent's calls.
  ...["AskForEncryption", "FindLogGroups", "UploadOutput", "WriteLogs"].map(
    (sid) => `logs-node-policy ${sid}`,
  ),
  // User guide of CloudWatch Logs, "Encrypt log data": the service's own calls.
  "encryption-key LogGroups",
  // They deny; tests of the components.
  ...["logs", "notifications-completions", "notifications-failures", "notifications-undelivered"].map(
    (name) => `${name}-policy TlsOnly`,
  ),
  // deadLetters.test.ts
  "notifications-undelivered-policy RulesOfThisAccount",
  // The gate: exclusionGate.test.ts.
  "install-gate-policy CancelThisWindow",
  // The end: windowEnds.test.ts, each in windowEnd.test.ts of the component.
  "install-end-call-policy ArrangeTheEnd",
  "install-end-role Lambda",
  ...["ArrangeTheEnd", "CancelWhatHasNotBegun", "EncryptMessages", "HandOverTheRoleOfSchedules"].map(
    (sid) => `install-end-role-policy ${sid}`,
  ),
  ...["KeepFailedEvents", "SeeWhenTheWindowEnds", "TellPeople", "WriteOwnLog"].map(
    (sid) => `install-end-role-policy ${sid}`,
  ),
  // Closing records: components/windows/windowRecords.test.ts; these mornings are closed too.
  "records-closing-role Lambda",
  ...[
    "CloseRecords",
    "EncryptMessages",
    "FindExclusions",
    "FindRecords",
    "KeepFailedEvents",
    "ReadRecords",
  ].map((sid) => `records-closing-role-policy ${sid}`),
  ...[
    "SeeExclusionsInForce",
    "SeeNodesAndCommands",
    "SeeWindows",
    "TellPeople",
    "WriteOwnLog",
    "WriteRecords",
  ].map((sid) => `records-closing-role-policy ${sid}`),
  // They deny; components/common/runRecords.test.ts.
  ...["TlsOnly", "FunctionsDeleteRecords", "FunctionsWriteRecords"].map((sid) => `runs-policy ${sid}`),
  "install-ends-role SchedulesOfTheGroup",
  ...["CallTheFunction", "KeepUndelivered"].map((sid) => `install-ends-role-policy ${sid}`),
];

for (const [what, fleet] of Object.entries(fleets)) {
  describe(`with IAM enforced, over ${what} nodes`, () => {
    const policies = new Policies();
    let lab: ExclusionLab;
    let granted: Granted;
    before(async () => {
      lab = await ExclusionLab.open({ fleet, records: what === "healthy", change: policies.note });
      await lab.until("03:55:00");
    });
    after(() => lab.close());

    it("the program's policies allow all that an installation and a scan need", async () => {
      granted = new Granted(lab.lab.account.iam, () => true);
      await lab.advance(2 * hour);
      expect(refused(lab.lab.account.iam.denials)).to.eql([]);
      expect(granted.refused).to.eql([]);
      for (const name of ["install", "scan"] as const) expect(lab.window(name).executions).not.to.eql([]);
    });

    if (what === "healthy")
      it("has no statement that is not told of here", () => {
        const known = rows.map(([resource, sid]) => `${resource} ${sid}`);
        // Those of the processor: accessExclusions.test.ts, accessBucket.test.ts.
        const found = policies.statements.filter((one) => !/^exclusions-/.test(one));
        expect(found.sort()).to.eql([...known, ...others].sort());
      });

    for (const [resource, sid, shownBy, action] of rows) {
      if (shownBy !== what) continue;
      it(`${resource} without ${sid} refuses ${action}`, () => {
        policies.takeOut(lab.home, resource, sid);
        const found = granted.refused;
        policies.putBack(lab.home, resource);
        expect(found.join(", ")).to.equal(action);
      });
    }
  });
}

describe("a morning with IAM enforced", () => {
  /** A scan at two and an installation at four. */
  async function morning(fleet: ReturnType<typeof node>[], change?: ResourceChange) {
    const settings = stackSettings(resolve(import.meta.dirname, "../../.."), "dev");
    const values = {
      ...settings.values,
      "patchplane:stacks": '["scan","install"]',
      "patchplane:scanSchedule": "cron(0 2 ? * * *)",
      "patchplane:installSchedule": "cron(0 4 ? * * *)",
    };
    const run = await runLab({
      settings: { ...settings, values },
      fleet: account(fleet).account.fleet,
      from: at("2026-06-07T01:55:00Z"),
      days: 3 / 24,
      seed: 1,
      ...(change === undefined ? {} : { change }),
    });
    const summary = buildSummary(run);
    const statuses = (name: string) =>
      summary.windows
        .find((window) => window.name === `patchplane-dev-${name}`)
        ?.executions.map(({ status, statusDetails }) => `${status} ${statusDetails}`.trim());
    return { summary, statuses, refused: run.account.iam.denials.map(({ action }) => action) };
  }

  it("a node that is selected but not in the role's conditions is left alone, and said to be", async () => {
    const strange = {
      PatchGroup: "dev-servers.other",
      "patchplane:base-group": "dev-servers",
      Environment: "dev",
    };
    const { summary, refused } = await morning(
      [...fleets.healthy, node({ tags: strange, catalog: linux })],
      // With its rights the processor would put the node back before a window opens.
      without("exclusions-role-policy", "UseTheTaggingApi"),
    );
    expect(refused).to.include("ssm:SendCommand");
    const commands = summary.windows.flatMap(({ executions }) => executions.flatMap((one) => one.commands));
    expect(commands.filter(({ invocations }) => invocations.AccessDenied === 1)).to.have.length(2);
    expect(summary.nodes.at(-1)).to.include({ state: "unknown", lastOperation: null });
    expect(summary.verdict.windowsDidTheirJob).to.equal(false);
    expect(summary.verdict.problems.join("\n")).to.match(
      /IAM refused ssm:SendCommand to arn:aws:iam::\d+:role\/install-role: no statement allows/,
    );
  });

  it("a window whose role may not send fails, with the reason", async () => {
    const change = without("install-role-policy", "RunThePatchDocument");
    const { statuses, summary } = await morning(fleets.healthy, change);
    expect(statuses("install")?.[0]).to.match(/^FAILED AccessDeniedException: .*ssm:SendCommand/);
    expect(statuses("scan")).to.eql(["SUCCESS"]);
    expect(summary.verdict.windowsDidTheirJob).to.equal(false);
  });

  it("a policy with an operator that the evaluator does not know is refused by name", async () => {
    const odd: ResourceChange = (_type, name, inputs) =>
      name === "install-role-policy"
        ? { ...inputs, policy: String(inputs.policy).replace('"StringLike"', '"NumericLessThan"') }
        : inputs;
    let message = "";
    try {
      await morning(fleets.healthy, odd);
    } catch (error) {
      message = String(error);
    }
    expect(message).to.contain(
      "the condition operator NumericLessThan in install-role-policy OnNodesOfTheTargets",
    );
  });
});
