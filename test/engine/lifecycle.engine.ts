import { mkdirSync } from "node:fs";
import { expect } from "chai";
import { least, Project, urns } from "./support/project.js";

for (const [stack, values] of [
  ["dev", undefined],
  ["prod", undefined],
  ["least", least],
] as const) {
  describe(`a life of the stack ${stack}`, () => {
    let project: Project;
    let planned = 0;
    let made: string[] = [];
    before(async () => {
      project = new Project();
      await project.begin(stack, values);
    });
    after(() => project?.remove());

    it("is previewed, which asks for nothing to be made", async () => {
      const { output, calls } = await project.well("preview", "--stack", stack);
      planned = Number(/^ +\+ (\d+) to create$/m.exec(output)?.[1]);
      expect(planned).to.be.greaterThan(50);
      expect(calls).to.deep.equal([]);
    });

    it("is deployed, all that the preview said and each once", async () => {
      const { calls } = await project.up(stack);
      made = urns(calls, "create");
      expect(calls.length, "nothing but creations").to.equal(made.length);
      expect(new Set(made).size).to.equal(made.length);
      const state = await project.state(stack);
      const providers = state.filter(({ type }) => type.startsWith("pulumi:providers:"));
      expect(providers, "the default provider, which no preview counts").to.have.lengthOf(1);
      expect(state.length - providers.length).to.equal(planned);
    });

    it("has nothing to do then, from a folder below", async () => {
      mkdirSync(project.path("stacks"), { recursive: true });
      const words = ["preview", "--stack", stack, "--expect-no-changes"];
      const { code, output } = await project.pulumi(words, { in: project.path("stacks") });
      expect(code, output).to.equal(0);
    });

    it("finds all as it was when it is refreshed, and has nothing to do from a clone in another folder", async () => {
      const { calls } = await project.well(
        ...["refresh", "--stack", stack, "--yes", "--skip-preview", "--expect-no-changes"],
      );
      expect(calls).to.deep.equal([]);
      project.move("deeper/and/elsewhere", stack);
      await project.unchanged(stack);
    });

    it("is destroyed, all that was made but the buckets, in an order that no dependency forbids", async () => {
      const state = await project.state(stack);
      const { calls } = await project.well("destroy", "--stack", stack, "--yes", "--skip-preview");
      const gone = urns(calls, "delete");
      // Buckets stay, with what they hold and as they are set; Pulumi only forgets them.
      const kept = made.filter((urn) => /aws:s3\/bucket(?!Notification|Objectv2)/.test(urn));
      expect(kept.filter((urn) => urn.includes("aws:s3/bucket:Bucket::"))).to.have.lengthOf(3);
      expect([...gone, ...kept].toSorted()).to.deep.equal(made.toSorted());
      const place = new Map(gone.map((urn, index) => [urn, index]));
      const early = state.flatMap(({ urn, dependencies = [] }) =>
        dependencies.filter((other) => (place.get(other) ?? gone.length) < (place.get(urn) ?? -1)),
      );
      expect(early).to.deep.equal([]);
      expect(await project.state(stack)).to.deep.equal([]);
      await project.well("stack", "rm", stack, "--yes");
    });
  });
}
