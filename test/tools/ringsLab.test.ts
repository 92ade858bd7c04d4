import { expect } from "chai";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { awsPorts } from "#tools/fanout/aws.js";
import { blocksOf, wordsOf } from "../docs/pages.js";
import { difference, shownIn } from "../docs/transcript.js";
import { account, at, catalog, node } from "../lab/support.js";
import { exampleRings } from "../support/rings.js";
import { Project, runFanout, surroundings } from "./fanoutSupport.js";

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
          const given = { portsOf: async (region: string) => awsPorts(region), clock: () => clock.now };
          const { out, err } = await runFanout(args, surroundings(project.path, given));
          const printed = `${out}${err}`.trimEnd().split("\n");
          expect(difference(output, printed, ids), `${place}: ${command}\n${out}${err}`).to.equal(undefined);
        }
      }
    }
  });
});
