import { expect } from "chai";
import { Stack } from "#lab/deploy/deploy.js";
import { countSteps } from "#lab/deploy/steps.js";
import { none, others, passed, standing } from "./changesSupport.js";

describe("a stack that is destroyed", () => {
  it("leaves its buckets with what is in them and as they were, and nothing else", async () => {
    const { stack, settings, created, account: owner, region } = await standing("dev");
    const at = { region, caller: owner.iam.owner };
    for (const bucket of ["logs-bucket", "exclusions-bucket", "runs-bucket"])
      owner.s3.putObject({ Bucket: bucket, Key: "exclusions/a.yaml", Body: Buffer.from("version: 1") }, at);
    const { steps } = await passed(stack.destroy());
    expect(countSteps(steps)).to.deep.equal({ ...none, deleted: created - 21, kept: 21 });
    expect(countSteps((await passed(stack.destroy())).steps)).to.deep.equal(none);
    for (const { name, windows, lambda, baselines, events, resourceGroups } of owner.regions()) {
      expect(windows.all, name).to.deep.equal([]);
      expect(lambda.all, name).to.deep.equal([]);
      expect(
        baselines.describePatchBaselines({ Filters: [{ Key: "OWNER", Values: ["Self"] }] }),
        name,
      ).to.deep.equal({ BaselineIdentities: [] });
      expect(resourceGroups.listGroups({}).Groups, name).to.deep.equal([]);
      expect(events.listens("Scheduled Event"), name).to.equal(false);
    }
    expect(owner.s3.getBucketVersioning({ Bucket: "exclusions-bucket" }, at)).to.deep.equal({
      Status: "Enabled",
    });
    expect(
      owner.s3.listObjectsV2({ Bucket: "exclusions-bucket" }, at).Contents?.map(({ Key }) => Key),
    ).to.deep.equal(["exclusions/a.yaml"]);

    // Deployed anew, it begins with empty buckets of other names.
    await passed(stack.deploy(settings));
    expect(
      owner.s3.listObjectsV2({ Bucket: "exclusions-bucket-2" }, at).Contents?.map(({ Key }) => Key),
    ).to.deep.equal(["deployment.json"]);
  });
});

describe("a second stack of the same environment", () => {
  it("is refused half-way, where AWS knows the name, and takes nothing along when it is removed", async () => {
    const { stack, settings, account: owner, region } = await standing("dev");
    const second = new Stack(owner);
    const { failure } = await second.deploy({ ...settings, stack: "copy" });
    expect([failure?.operation, failure?.cause.name]).to.deep.equal(["create", "AlreadyExistsException"]);
    await passed(second.destroy());
    expect((await passed(stack.deploy(settings))).steps).to.deep.equal([]);
    expect(region.windows.all).to.have.length(3);
    // Another environment, and groups of its own, have room beside the first.
    await passed(
      second.deploy({
        ...others(settings, { environment: "copy", patchGroups: ["copies"] }),
        stack: "copy",
      }),
    );
  });
});
