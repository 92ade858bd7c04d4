import { expect } from "chai";
import { size } from "../support/size.js";
import { Project, shortName, urns } from "./support/project.js";

/** How many resources a try is to make before one fails. */
const every = size(60, 10);

describe("a deployment that fails half-way", () => {
  let project: Project;
  let made: readonly string[] = [];
  before(async () => {
    project = new Project();
    await project.begin("dev");
    made = urns((await project.up("dev")).calls, "create");
    await project.well("destroy", "--stack", "dev", "--yes", "--skip-preview");
  });
  after(() => project?.remove());

  it("names what failed, goes on from there at the next try, and makes nothing twice", async () => {
    const created: string[] = [];
    let left = made;
    for (let tries = 0; left.length > every; tries++) {
      expect(tries, "tries, each of which makes some").to.be.lessThan(made.length / 2);
      const urn = left[every - 1] ?? "";
      const { code, output, calls } = await project.pulumi(
        ["up", "--stack", "dev", "--yes", "--skip-preview"],
        { failing: urn },
      );
      expect(code, shortName(urn)).to.not.equal(0);
      expect(output).to.contain(`the stub refuses ${urn}`);
      const there = new Set((await project.state("dev")).map((one) => one.urn));
      expect(there.has(urn), `${shortName(urn)} in the state`).to.equal(false);
      expect(urns(calls, "delete"), "nothing is taken back").to.deep.equal([]);
      created.push(...urns(calls, "create").filter((one) => there.has(one)));
      left = left.filter((one) => !there.has(one));
    }
    created.push(...urns((await project.up("dev")).calls, "create"));
    expect(created.toSorted()).to.deep.equal(made.toSorted());
    await project.unchanged("dev");
  });

  it("may be a change, and a removal, which go on as well", async () => {
    project.configure("dev", { environment: "dev2" });
    const update = made.filter((urn) => /Function central-start-function$/.test(shortName(urn)));
    const up = ["up", "--stack", "dev", "--yes", "--skip-preview"];
    expect((await project.pulumi(up, { failing: update[0] ?? "" })).code).to.not.equal(0);
    await project.up("dev");
    await project.unchanged("dev");
    // The question that the exclusion processor may refuse comes before anything else goes.
    const [asked = ""] = made.filter((urn) => /Invocation retired-processor$/.test(shortName(urn)));
    const destroy = ["destroy", "--stack", "dev", "--yes", "--skip-preview"];
    const { code, calls } = await project.pulumi(destroy, { failing: asked });
    expect(code).to.not.equal(0);
    expect(urns(calls, "delete").filter((urn) => urn !== asked)).to.deep.equal([]);
    await project.well(...destroy);
    expect(await project.state("dev")).to.deep.equal([]);
  });
});
