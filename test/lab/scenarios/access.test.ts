import { resolve } from "node:path";
import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { account, at, catalog, node, onSundays } from "../support.js";
import { without } from "./accessSupport.js";

const dev = stackSettings(resolve(import.meta.dirname, "../../.."), "dev");
const settings = { ...dev, values: { ...dev.values, ...onSundays } };
const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const linux = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-05-01" }] });
const slow = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-05-01", installSeconds: 5000 }],
});

/** A Saturday and the Sunday on which stack dev installs: two scans and an installation. */
async function weekend(fleet: ReturnType<typeof node>[], change?: ResourceChange) {
  const run = await runLab({
    settings,
    fleet: account(fleet).account.fleet,
    from: at("2026-06-06T00:00:00Z"),
    days: 2,
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

const healthy = () => [1, 2, 3, 4].map(() => node({ tags, catalog: linux }));
const failing = () => [1, 2, 3, 4].map(() => node({ tags, catalog: linux, fails: ["openssl"] }));
const overrunning = () => [1, 2, 3, 4].map(() => node({ tags, catalog: slow, speed: 1 }));
const elsewhere = () => [node({ tags: { PatchGroup: "others" }, catalog: linux })];

describe("with IAM enforced", () => {
  for (const [what, fleet] of Object.entries({ healthy, failing, overrunning, elsewhere })) {
    it(`the program's policies allow all that a weekend over ${what} nodes needs`, async () => {
      const { refused } = await weekend(fleet());
      expect(refused).to.eql([]);
    });
  }

  it("a node that is selected but not in the role's conditions is left alone, and said to be", async () => {
    const strange = {
      PatchGroup: "dev-servers.other",
      "patchplane:base-group": "dev-servers",
      Environment: "dev",
    };
    const { summary, refused } = await weekend([...healthy(), node({ tags: strange, catalog: linux })]);
    expect(new Set(refused)).to.eql(new Set(["ssm:SendCommand"]));
    const commands = summary.windows.flatMap(({ executions }) => executions.flatMap((one) => one.commands));
    expect(commands.filter(({ invocations }) => invocations.AccessDenied === 1)).to.have.length(3);
    expect(summary.nodes.at(-1)).to.include({ state: "unknown", lastOperation: null });
    expect(summary.verdict.problems.join("\n")).to.match(
      /IAM refused ssm:SendCommand to arn:aws:iam::\d+:role\/install-role: no statement allows/,
    );
  });

  // Each row: what is taken out, the nodes that show it, the call that is then refused.
  const rows: readonly [
    resource: string,
    sid: string,
    fleet: () => ReturnType<typeof node>[],
    action: string,
  ][] = [
    ["install-role", "SystemsManagerOfThisAccount", healthy, "sts:AssumeRole"],
    ["install-role-policy", "RunThePatchDocument", healthy, "ssm:SendCommand"],
    ["install-role-policy", "OnNodesOfTheTargets", healthy, "ssm:SendCommand"],
    ["install-role-policy", "PublishNotificationsOfCommands", healthy, "iam:PassRole"],
    ["install-role-policy", "CancelCommandsAtCutoff", overrunning, "ssm:CancelCommand"],
    ["install-role-policy", "CallTheExclusionProcessor", healthy, "lambda:InvokeFunction"],
    ["scan-role-policy", "RunThePatchDocument", healthy, "ssm:SendCommand"],
    ["scan-role-policy", "OnNodesOfTheTargets", healthy, "ssm:SendCommand"],
    ["scan-role-policy", "PublishNotificationsOfCommands", healthy, "iam:PassRole"],
    ["notifications-role", "SystemsManagerOfThisAccount", failing, "sts:AssumeRole"],
    ["notifications-role-policy", "PublishFailures", failing, "sns:Publish"],
    ["notifications-role-policy", "EncryptMessages", failing, "kms:GenerateDataKey"],
    ["notifications-completions-policy", "RulesOfThisAccount", healthy, "sns:Publish"],
    ["notifications-failures-policy", "RulesOfThisAccount", failing, "sns:Publish"],
    ["notifications-failures-policy", "AlarmsOfThisAccount", elsewhere, "sns:Publish"],
    ["encryption-key", "MessagesOfRules", healthy, "kms:GenerateDataKey"],
    ["encryption-key", "MessagesOfAlarms", elsewhere, "kms:GenerateDataKey"],
    ["encryption-key", "ManagedByIamOfThisAccount", failing, "kms:GenerateDataKey"],
  ];
  for (const [resource, sid, fleet, action] of rows) {
    it(`${resource} without ${sid} refuses ${action}`, async () => {
      const { refused, summary } = await weekend(fleet(), without(resource, sid));
      expect(new Set(refused)).to.eql(new Set([action]));
      expect(summary.verdict.windowsDidTheirJob).to.equal(false);
    });
  }

  it("a window whose role may not send fails, with the reason", async () => {
    const { statuses } = await weekend(healthy(), without("install-role-policy", "RunThePatchDocument"));
    expect(statuses("install")?.[0]).to.match(/^FAILED AccessDeniedException: .*ssm:SendCommand/);
    expect(statuses("scan")).to.eql(Array(2).fill("SUCCESS"));
  });

  it("a policy with an operator that the evaluator does not know is refused by name", async () => {
    const odd: ResourceChange = (_type, name, inputs) =>
      name === "install-role-policy"
        ? { ...inputs, policy: String(inputs.policy).replace('"StringLike"', '"NumericLessThan"') }
        : inputs;
    let message = "";
    try {
      await weekend(healthy(), odd);
    } catch (error) {
      message = String(error);
    }
    expect(message).to.contain(
      "the condition operator NumericLessThan in install-role-policy OnNodesOfTheTargets",
    );
  });
});
