import { expect } from "chai";
import { buildSummary } from "#lab/report/facts/build.js";
import { renderReport } from "#lab/report/page/html.js";
import { runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { root } from "#test/support/program.js";
import {
  account,
  at,
  catalog,
  hour,
  minute,
  monday,
  node,
  nodes,
  register,
  send,
  statuses,
} from "../support.js";

const packages = {
  bash: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 600 }],
  openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 600 }],
};

/** Servers that install for twenty minutes, after a scan of at most one. */
function world(count: number) {
  const made = account(nodes(count, () => ({ patchGroup: "servers", speed: 1, catalog: catalog(packages) })));
  register(made, "servers");
  return made;
}

describe("a command that is cancelled", () => {
  it("kills an installation on the nodes that are named, and no other", async () => {
    const made = world(3);
    const command = send(made, "Install");
    await made.clock.advanceTo(monday + 8 * minute);
    const InstanceIds = [made.node(0).id];
    made.region.runCommand.cancelCommand({ CommandId: command.id, InstanceIds });
    await made.clock.advanceTo(monday + hour);
    expect(statuses(command)).to.deep.equal(["Cancelled", "Success", "Success"]);
    expect([0, 1, 2].map((index) => made.node(index).broken?.commandId)).to.deep.equal([
      command.id,
      undefined,
      undefined,
    ]);
    // What was in waits for a reboot, and who was killed reports nothing.
    expect(made.node(0).state).to.equal(undefined);
    expect([...made.node(0).installed]).to.deep.equal(
      made.node(0).broken?.packageName === "bash" ? [0, 0] : [1, 0],
    );
  });

  it("leaves a node that can be scanned, and not be installed", async () => {
    const made = world(1);
    const { id } = send(made, "Install");
    await made.clock.advanceTo(monday + 8 * minute);
    made.region.runCommand.cancelCommand({ CommandId: id });
    await made.clock.advanceTo(monday + hour);
    const scan = send(made, "Scan");
    await made.clock.advanceTo(monday + 2 * hour);
    const again = send(made, "Install");
    await made.clock.advanceTo(monday + 3 * hour);
    expect([...statuses(scan), ...statuses(again)]).to.deep.equal(["Success", "Failed"]);
    expect(made.node(0).state?.missing).to.be.at.least(1);
  });

  it("lets go of a node, which another run may take at once", async () => {
    const made = world(1);
    const { id } = send(made, "Scan");
    await made.clock.advanceTo(monday + 1000);
    made.region.runCommand.cancelCommand({ CommandId: id });
    const next = send(made, "Scan");
    await made.clock.advanceTo(monday + hour);
    expect(statuses(next)).to.deep.equal(["Success"]);
  });
});

describe("an installation that is killed, in the report", () => {
  /** The install window of stack dev, over one slow node, with a cutoff while it installs. */
  async function run() {
    const settings = stackSettings(root, "dev");
    const values = {
      ...settings.values,
      "patchplane:stacks": '["install"]',
      "patchplane:installSchedule": "cron(0 4 ? * * *)",
      "patchplane:installDurationHours": "2",
      "patchplane:installCutoffHours": "1",
    };
    const slow = {
      bash: packages.bash,
      openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 4000 }],
    };
    const server = node({
      tags: { PatchGroup: "dev-servers", Environment: "dev" },
      catalog: { ...catalog(slow), platformName: "Amazon Linux", platformVersion: "2023" },
      speed: 1,
    });
    return runLab({
      settings: { ...settings, values },
      fleet: account([server]).account.fleet,
      from: at("2026-06-01T03:55:00Z"),
      days: 3 / 24,
      seed: 1,
      change: (type, _name, inputs) =>
        type.endsWith(":MaintenanceWindowTask") && inputs.taskType === "RUN_COMMAND"
          ? { ...inputs, cutoffBehavior: "CANCEL_TASK" }
          : inputs,
    });
  }

  it("is a problem, and the node's cause, with what to do", async () => {
    const summary = buildSummary(await run());
    expect(summary.verdict.problems.join("\n")).to.contain(
      "An installation was killed in its midst on 1 node, and nothing can be installed there any more: node-0.",
    );
    expect(summary.causes[0]).to.include({ cause: "broken by a killed installation", act: "node", nodes: 1 });
    expect(summary.nodes[0]?.reasons[0]).to.match(
      /^command \S+ was killed at \S+ while (bash|openssl) went in/,
    );
    expect(renderReport(summary))
      .to.contain("broken by a killed installation")
      .and.to.contain("dpkg --configure -a");
  });
});
