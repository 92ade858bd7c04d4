import { expect } from "chai";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { awsPorts as coveragePorts } from "#tools/coverage/aws.js";
import type { Coverage } from "#tools/coverage/core/model.js";
import { awsDoctorPorts } from "#tools/doctor/aws.js";
import { awsExercisePorts } from "#tools/doctor/exercise/aws.js";
import type { Finding } from "#tools/doctor/finding.js";
import { main as doctor } from "#tools/doctor/main.js";
import { awsPorts } from "#tools/fanout/aws.js";
import { blocksOf, wordsOf } from "../docs/pages.js";
import { difference, shownIn } from "../docs/transcript.js";
import { account, at, catalog, node } from "../lab/support.js";
import { exampleRings } from "../support/rings.js";
import { runCoverage } from "./coverage/support.js";
import { Project, runFanout, surroundings } from "./fanoutSupport.js";
import { collector } from "./support.js";

const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;
const linux = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-02-01" }] });

/** The rings of the page, whose alarm the lab does not have: it would hold the last one. */
const rings = exampleRings.map((ring) => ("alarms" in ring ? { ...ring, alarms: [] } : ring));

describe("a stack with rings in the lab", () => {
  const project = new Project(["us-east-1"]);
  const environment = new Map(names.map((name) => [name, process.env[name]]));
  let lab: Lab;

  before(async () => {
    project.stack("dev", "dev", ["us-east-1"], {
      "patchplane:stacks": ["scan", "central"],
      "patchplane:patchGroups": ["web-canary"],
      "patchplane:fanoutTimezone": "US/Eastern",
      "patchplane:rings": rings,
    });
    const groups = ["web-canary", "web-early", "web", "db"];
    const { fleet } = account(
      groups.map((group) => node({ tags: { PatchGroup: group, Environment: "dev" }, catalog: linux })),
    ).account;
    const from = at("2026-10-13T00:00:00Z");
    lab = await openLab({ settings: stackSettings(project.path, "dev"), fleet, from, seed: 1 });
    const { accessKeyId, secretAccessKey } = lab.account.credentials.owner;
    const values = [lab.endpoint.url, accessKeyId, secretAccessKey];
    for (const [index, name] of names.entries()) process.env[name] = values[index];
  });
  after(async () => {
    for (const [name, value] of environment) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    project.remove();
    await lab.close();
  });

  it("does what docs/rings.md shows", async () => {
    const ids = new Map<string, string>();
    const { clock } = lab.account;
    for (const { language, text, at: place } of blocksOf("docs/rings.md")) {
      if (language !== "console") continue;
      for (const { command, output } of shownIn(text)) {
        const [program, , script, , ...args] = wordsOf(command);
        if (script === "lab:advance") await clock.advanceTo(Date.parse(args[0] ?? ""));
        else {
          expect([program, script]).to.deep.equal(["npm", "fanout"]);
          const given = {
            portsOf: async (region: string) => awsPorts(region),
            clock: async () => () => clock.now,
          };
          const { out, err } = await runFanout(args, surroundings(project.path, given));
          const printed = `${out}${err}`.trimEnd().split("\n");
          expect(difference(output, printed, ids), `${place}: ${command}\n${out}${err}`).to.equal(undefined);
        }
      }
    }
  });

  it("is told by coverage: each node in the window of its ring, with the runs that records have of it", async () => {
    const { now } = lab.account.clock;
    const given = { root: project.path, ports: async () => coveragePorts(), clock: async () => () => now };
    const { out, err } = await runCoverage(["--stack", "dev", "--json"], given);
    const { nodes, windows, unseen, withoutWindow } = JSON.parse(out) as Coverage;
    const [canary, early, broad] = ["canary", "early", "broad"].map(
      (ring) => `patchplane-dev-fanout-${ring}`,
    );
    const ofNodes = nodes.map(({ patchGroup, windows: own }) => [patchGroup, own]);
    expect(ofNodes, err).to.have.deep.members([
      ["web-canary", ["patchplane-dev-scan", canary]],
      ["web-early", ["patchplane-dev-scan", early]],
      ["web", ["patchplane-dev-scan", broad]],
      ["db", ["patchplane-dev-scan", broad]],
    ]);
    const counts = windows.map(({ name, operation, enabled, nodes: count }) => [
      name,
      operation,
      enabled,
      count,
    ]);
    expect(counts).to.have.deep.members([
      ["patchplane-dev-scan", "Scan", true, 4],
      [canary, "Install", true, 1],
      [early, "Install", true, 1],
      [broad, "Install", true, 2],
    ]);
    expect([withoutWindow, unseen.filter(({ what }) => what.includes("window"))]).to.deep.equal([[], []]);
  });

  it("is what the doctor expects", async () => {
    const [stdout, stderr] = [Object.assign(collector(), { isTTY: false, columns: 120 }), collector()];
    const { clock } = lab.account;
    await doctor(
      ["--stack", "dev", "--json"],
      { stdout, stderr },
      {
        ...{
          root: project.path,
          portsOf: async (home, now) => awsDoctorPorts(home, now),
          clock: async () => () => clock.now,
        },
        ...{ exercisePortsOf: async (...place) => awsExercisePorts(...place), pause: async () => undefined },
        interrupted: new AbortController().signal,
      },
    );
    const { findings } = JSON.parse(stdout.text()) as { findings: readonly Finding[] };
    const told = findings.map((finding) => JSON.stringify(finding));
    expect(told.filter((text) => /window|group|ring|baseline/.test(text))).to.deep.equal([]);
  });
});
