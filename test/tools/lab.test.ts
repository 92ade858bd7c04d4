import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { manifestRules } from "#functions/exclusion-processor/core/reading.js";
import { type Lab, openLab } from "#lab/run.js";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { readStackFiles, stackSettings } from "#stacks/stackFiles.js";
import { portsOfBucket } from "#tools/exclusions/aws.js";
import { rulesOf } from "#tools/exclusions/rules.js";
import { account, at, minute, node, nodes } from "../lab/support.js";
import { bucket, Folder, manifestOf, root, run } from "./support.js";

const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const from = at("2026-09-01T00:00:00Z");
const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] as const;

describe("npm run exclusions in the lab", () => {
  const folder = new Folder();
  const environment = new Map(names.map((name) => [name, process.env[name]]));
  let lab: Lab;
  let ids: readonly string[] = [];

  before(async () => {
    const { fleet } = account(nodes(3, () => node({ tags, speed: 1 }))).account;
    ids = fleet.nodes.map(({ id }) => id);
    lab = await openLab({ settings: stackSettings(root, "dev"), fleet, from, seed: 1 });
    const { accessKeyId, secretAccessKey } = lab.account.credentials.owner;
    const values = [lab.endpoint.url, accessKeyId, secretAccessKey, "us-east-1"];
    for (const [index, name] of names.entries()) process.env[name] = values[index];
  });
  after(async () => {
    for (const [name, value] of environment) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    folder.remove();
    await lab.close();
  });

  const s3 = () => new S3Client({ forcePathStyle: true });
  const pass = (time: number) => lab.account.clock.advanceTo(lab.account.clock.now + time);
  const real = () => ({ isReal: true, now: lab.account.clock.now });

  it("goes by the rules that are deployed", async () => {
    const record = await portsOfBucket(bucket).store.read("deployment.json");
    const parsed = parseDeploymentRecord(new TextDecoder().decode(record?.bytes));
    if (!parsed.ok) throw new Error(parsed.problems.join());
    expect(rulesOf(readStackFiles(root, "dev"), from)).to.deep.equal(manifestRules(parsed.record));
  });

  it("plans, and after an upload tells of what the plan said", async () => {
    const manifest = manifestOf({ id: "openssl", patches: ["openssl*"], nodes: ids.slice(0, 2) });
    const file = folder.write("pay.json", manifest);
    const plan = () => run(["plan", file, "--stack", "dev"], real());
    const planned = await plan();
    expect(planned).to.deep.include({ code: 0, err: "" });
    expect(planned.out).to.contain("2 nodes would move (50 may without an approval): 2 would lose patches.");
    const Key = "exclusions/pay.json";
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: manifest }));
    const status = () => run(["status", "--stack", "dev"], real());
    expect(await status()).to.deep.include({
      code: 1,
      out: "exclusions/pay.json: waits for the next run\n\n1 manifest: 1 waiting. To look at: exclusions/pay.json.\n",
    });
    await pass(5 * minute);
    expect(await status()).to.have.property("code", 1);
    await pass(10 * minute);
    const { code, out } = await status();
    expect(code).to.equal(0);
    expect(out).to.match(
      /^exclusions\/pay\.json: applied, version \S+, in force\n {2}1 entry is in force, on 2 nodes\.\n/,
    );
    expect((await plan()).out).to.contain("\nNo node would move.\n");
    await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    await pass(5 * minute);
    expect((await status()).out).to.contain("exclusions/pay.json: ended\n");
  });

  it("says what AWS says when it cannot", async () => {
    const none = await run(["status", "--bucket", "another-bucket"], real());
    expect(none).to.deep.include({ code: 2, out: "" });
    expect(none.err).to.match(/^Bucket another-bucket cannot be read: NoSuchBucket: /);
  });
});
