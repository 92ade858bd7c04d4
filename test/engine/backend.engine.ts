import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { identities } from "./support/identities.js";
import { credentials, least, Project, passphrase } from "./support/project.js";

/** Two stacks over the same nodes, as docs/configuration.md has them at `ownsBaselines`. */
const windows = { ...least, environment: "shared" };
const central = {
  ...windows,
  stacks: ["central"],
  ownsBaselines: false,
  fanoutOperation: "Scan",
  fanoutRegions: ["us-west-2"],
};
const providerSecret = "tHis+iS/nOt+A/rEaL+sEcReT+bUt+lOnG+eNoUgH";

describe("two stacks of one environment in one backend", () => {
  let project: Project;
  before(async () => {
    project = new Project(false);
    await project.begin("windows", windows);
    await project.begin("central", central);
    const line = `pulumi config set --secret aws:secretKey ${providerSecret} --stack central`;
    expect((await project.line(line)).code).to.equal(0);
  });
  after(() => project?.remove());

  it("are both deployed, and neither has what the other has", async () => {
    for (const stack of ["windows", "central"]) await project.up(stack);
    const own = identities(await project.state("windows"));
    const others = new Set(identities(await project.state("central")).values());
    expect([own.size, others.size].every((size) => size > 5)).to.equal(true);
    expect([...own.values()].filter((one) => others.has(one))).to.deep.equal([]);
  });

  it("keep no secret that a deployment was given", () => {
    const files = readdirSync(project.backend, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
    // The state is there, and is read: it has what is no secret.
    expect(texts.some((text) => text.includes("patchplane:index:RegionalFanout"))).to.equal(true);
    for (const secret of [credentials.AWS_SECRET_ACCESS_KEY, passphrase, providerSecret])
      expect(
        files.filter((_file, index) => texts[index]?.includes(secret)).map(({ name }) => name),
      ).to.deep.equal([]);
  });

  it("lose nothing when the other is destroyed", async () => {
    await project.well("destroy", "--stack", "central", "--yes", "--skip-preview");
    await project.unchanged("windows");
    await project.well("destroy", "--stack", "windows", "--yes", "--skip-preview");
    expect(await project.state("windows")).to.deep.equal([]);
  });
});
