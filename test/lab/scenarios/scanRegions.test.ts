import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { Stack } from "#lab/deploy/deploy.js";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { root } from "#test/support/program.js";
import { passed } from "../deploy/changesSupport.js";
import { account, at, catalog, day, hour, node, refused } from "../support.js";

const text = readFileSync(join(root, "docs/fanout.md"), "utf8");
/** The second stack that the page shows. */
const shown = Array.from(text.matchAll(/^```yaml\n(config:.*?)^```$/gms), ([, block = ""]) => block).find(
  (block) => block.includes("fanoutOperation: Scan"),
);
const values = Object.entries((parse(shown ?? "") as { readonly config: object }).config).map(
  ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)],
);

const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const linux = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-05-01" }] });

describe("the stack of docs/fanout.md that scans the Regions of another's central window", () => {
  let lab: Lab;
  before(async () => {
    const where = ["us-west-2", "us-west-2", "eu-central-1"];
    const { fleet } = account(where.map((region) => node({ region, tags, catalog: linux }))).account;
    // A Friday: the installation of the first stack is on Sunday.
    lab = await openLab({
      settings: stackSettings(root, "dev"),
      fleet,
      from: at("2026-09-04T12:00:00Z"),
      seed: 1,
    });
    const settings = {
      ...stackSettings(root, "dev"),
      stack: "dev-scans",
      values: Object.fromEntries(values),
    };
    await passed(new Stack(lab.account).deploy(settings));
  });
  after(() => lab.close());

  const states = () =>
    lab.account
      .regions()
      .flatMap(({ nodes }) => nodes.all)
      .map(({ state }) => state?.operation);

  it("scans every node of them each night, and installs nothing", async () => {
    await lab.account.clock.advanceTo(at("2026-09-04T12:00:00Z") + day);
    expect(states()).to.deep.equal(["Scan", "Scan", "Scan"]);
    await lab.account.clock.advanceTo(at("2026-09-06T07:00:00Z"));
    expect(states()).to.deep.equal(["Scan", "Scan", "Scan"]);
    expect(refused(lab.account.iam.denials)).to.deep.equal([]);
  });

  it("leaves the first stack's installation as it is", async () => {
    await lab.account.clock.advanceTo(at("2026-09-06T08:00:00Z") + 2 * hour);
    expect(states()).to.deep.equal(["Install", "Install", "Install"]);
  });
});
