import { resolve } from "node:path";
import { expect } from "chai";
import { loadFleet } from "#lab/fleet/load.js";
import { type Lab, openLab } from "#lab/run.js";
import { believedKey } from "#shared/contract/believed.js";
import { parseUploads, uploadsKey } from "#shared/contract/uploads.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { at, hour, minute } from "../support.js";

const root = resolve(import.meta.dirname, "../../..");
const home = "us-east-1";
const processor = "SSM-patchplane-dev-exclusions";

/** Five entries by tags and by names, in all three Regions of the stack; everything that they name is moved. */
const fiveEntries = `version: 1
exclusions:
  - { id: edge, patches: ["openssl*"], tags: { App: edge }, reason: r, owner: o, expires: 2026-12-31 }
  - { id: worker, patches: ["docker*"], tags: { App: worker }, reason: r, owner: o, expires: 2026-12-31 }
  - { id: office, hold: true, nodes: [mi-003eee67acffb50ac], reason: r, owner: o, expires: 2026-12-31 }
  - { id: shop, patches: ["httpd*"], nodes: [i-089c4302399edc704], reason: r, owner: o, expires: 2026-12-31 }
  - { id: api, patches: ["libssl3*"], tags: { App: [shop-api] }, reason: r, owner: o, expires: 2026-12-31 }
`;

/** The stack dev over the fleet that is shown first, from a Monday on which it installs nothing. */
class IdleLab {
  private constructor(readonly lab: Lab) {}

  static async open(): Promise<IdleLab> {
    const fleet = loadFleet(resolve(root, "lab/fleets/small.yaml"), 1);
    expect(fleet.nodes).to.have.length(49);
    const from = at("2026-10-05T08:00:00Z");
    return new IdleLab(await openLab({ settings: stackSettings(root, "dev"), fleet, from, seed: 1 }));
  }

  private get lambda() {
    return this.lab.account.region(home).lambda;
  }

  private get owner() {
    return { region: this.lab.account.region(home), caller: this.lab.account.iam.owner };
  }

  get bucket(): string {
    return this.lambda.find(processor).input.Environment?.Variables?.BUCKET ?? "";
  }

  until(time: string): Promise<void> {
    return this.lab.account.clock.advanceTo(at(`2026-10-05T${time}Z`));
  }

  upload(text: string): void {
    const object = { Bucket: this.bucket, Key: "exclusions/five.yaml", Body: Buffer.from(text) };
    this.lab.account.s3.putObject(object, this.owner);
  }

  /** Versions of all objects, so that no write escapes. */
  get versions(): number {
    const listed = this.lab.account.s3.listObjectVersions({ Bucket: this.bucket }, this.owner);
    return (listed.Versions ?? []).length;
  }

  /** What each of the next hours calls, in a process that was there before or in one of its own. */
  async hours(count: number, isCold: boolean): Promise<Record<string, number>[]> {
    const { clock } = this.lab.account;
    const { calls } = this.lab.endpoint.api.counts;
    const hours: Record<string, number>[] = [];
    for (let index = 0; index < count; index++) {
      if (isCold) await Promise.all(this.lambda.find(processor).warm.map((process) => process.kill()));
      // From the minute before the run to the one after it: the central stack looks at its own runs at another one.
      const full = Math.floor(clock.now / hour) * hour;
      const run = full + 37 * minute > clock.now ? full + 37 * minute : full + hour + 37 * minute;
      await clock.advanceTo(run - minute);
      const before = new Map(calls);
      const runs = this.lambda.invocations.length;
      await clock.advanceTo(run + minute);
      const ran = this.lambda.invocations
        .slice(runs)
        .filter(({ functionName }) => functionName === processor);
      expect(ran.map(({ status, coldStart }) => [status, coldStart])).to.eql([["success", isCold]]);
      const differences = [...calls].map(([name, all]) => [name, all - (before.get(name) ?? 0)] as const);
      hours.push(Object.fromEntries(differences.filter(([, more]) => more > 0).sort()));
    }
    return hours;
  }
}

describe("an idle hour of the exclusion processor, as it is shipped, over 49 nodes in three Regions", () => {
  let opened: IdleLab | undefined;
  afterEach(() => opened?.lab.close());

  const twice = async (hours: Record<string, number>, lab: IdleLab) => {
    const before = lab.versions;
    expect(await lab.hours(3, true), "each in a process of its own").to.eql([hours, hours, hours]);
    expect(await lab.hours(2, false), "in the process of the hour before").to.eql([hours, hours]);
    expect(lab.versions, "objects written").to.equal(before);
  };

  it("costs two calls of S3, one for the windows and one a Region while nothing is in force", async () => {
    opened = await IdleLab.open();
    await opened.until("08:05:00");
    await twice(
      {
        "s3:GetObject": 1,
        "s3:ListObjectsV2": 1,
        "ssm:DescribeMaintenanceWindows": 1,
        "tag:GetResources": 3,
      },
      opened,
    );
  });

  it("costs at most eleven calls with five entries, and none that writes", async () => {
    opened = await IdleLab.open();
    await opened.until("08:05:00");
    opened.upload(fiveEntries);
    // Ten minutes after its tags it is in force, and from then on the hours are idle.
    await opened.until("08:20:00");
    // The tagging API's first page is empty where it has something to list, as the lab has it.
    // One Region has no node to list. A server without agent, which an entry asks for, may tell its system some day.
    const expected = {
      "s3:GetObject": 1,
      "s3:ListObjectsV2": 1,
      "ssm:DescribeInstanceInformation": 1,
      "ssm:DescribeMaintenanceWindows": 1,
      "tag:GetResources": 5,
    };
    await twice(expected, opened);
    expect(Object.values(expected).reduce((sum, calls) => sum + calls, 0)).to.be.at.most(11);
  });

  it("is followed by a check of everything after an upload, and by idle hours again", async () => {
    opened = await IdleLab.open();
    await opened.until("08:05:00");
    const before = opened.versions;
    opened.upload(fiveEntries);
    await opened.lab.account.clock.advanceTo(opened.lab.account.clock.now + 15 * minute);
    // The manifest, and who uploaded it. Then twice, the second time when what was written is sure to be seen: its status, the verdicts and twice their
    // seal, what is believed, and the lease when it is taken and when it is let go. Of both Regions what is known: before their
    // tags, after them, and then, sealed before each and at the end of each run. Since when they are in force, sealed too.
    expect(opened.versions - before).to.equal(2 + 2 * 7 + 2 * (3 + 5) + 2);
    const owner = { region: opened.lab.account.region(home), caller: opened.lab.account.iam.owner };
    const { bucket, lab } = opened;
    const read = (Key: string) =>
      Buffer.from(lab.account.s3.getObject({ Bucket: bucket, Key }, owner).Body).toString();
    expect(JSON.parse(read(believedKey))).to.include({ version: 1 });
    const uploads = parseUploads(read(uploadsKey("exclusions/five.yaml"))) ?? [];
    expect(uploads.map(({ principal }) => principal).join()).to.match(/^AWS:AIDA[0-9A-F]{17}$/);
    const [idle] = await opened.hours(1, true);
    expect(idle).to.include({ "s3:GetObject": 1, "s3:ListObjectsV2": 1 });
    expect(idle).to.not.have.any.keys("ssm:GetPatchBaseline", "ssm:DescribePatchGroups", "s3:PutObject");
  });
});
