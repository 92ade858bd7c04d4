import { expect } from "chai";
import { size } from "../support/size.js";
import { dangling } from "./support/dangling.js";
import { clashes } from "./support/identities.js";
import { Project, shortName } from "./support/project.js";

/** A change of the stack's file. */
interface Change {
  readonly what: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Kinds of resources with which it has nothing to do. */
  readonly spares: RegExp;
}

const tasks = /^MaintenanceWindowTask /;
const lastAsked = "Invocation retired-processor -> ";

const changes: readonly Change[] = [
  {
    what: "schedules and zone",
    values: {
      scanSchedule: "cron(0 2 ? * * *)",
      scheduleTimezone: "Europe/Berlin",
      installScheduleOffsetDays: 2,
    },
    spares: /^(?!MaintenanceWindow |BucketObjectv2 )/,
  },
  {
    what: "who is told, and for how long logs are kept",
    values: { notificationEmails: ["a@example.com", "b@example.com"], logRetentionDays: 60 },
    spares: /^(?!TopicSubscription |LogGroup |BucketLifecycleConfiguration )/,
  },
  { what: "a patch group more", values: { patchGroups: ["dev-servers", "dev-more"] }, spares: tasks },
  {
    what: "a patch group renamed",
    values: { patchGroups: ["dev-servers", "dev-other"] },
    spares: /^(MaintenanceWindow|MaintenanceWindowTask|PatchBaseline|Key|Bucket|LogGroup) /,
  },
  {
    what: "an operating system more",
    values: { operatingSystems: ["AMAZON_LINUX_2023", "UBUNTU", "DEBIAN"] },
    // The processor is asked whether anything leaves.
    spares: /^(?!PatchBaseline |PatchGroup |BucketObjectv2 |Invocation exclusion-record-leaving)/,
  },
  {
    what: "targets by a further tag",
    values: { targetTags: { Environment: "dev", Team: "web" } },
    spares: /^(MaintenanceWindow|PatchBaseline|PatchGroup|Key|Bucket|LogGroup) /,
  },
  {
    what: "a Region for another",
    values: { fanoutRegions: ["us-west-2", "eu-west-1"] },
    spares: /^(MaintenanceWindow|MaintenanceWindowTarget|Key|Bucket|LogGroup) /,
  },
  {
    what: "what the central window does",
    values: { fanoutOperation: "Scan" },
    spares: /^(MaintenanceWindow|MaintenanceWindowTarget|PatchBaseline|PatchGroup|Key|Bucket|LogGroup) /,
  },
  {
    what: "the parts, without a central window",
    values: { stacks: ["scan", "install"] },
    spares: /^(MaintenanceWindowTarget|Key|TopicPolicy|Topic) /,
  },
  {
    what: "the parts, with a central window again",
    values: { stacks: ["scan", "install", "central"] },
    spares: /^(MaintenanceWindowTarget|Key|TopicPolicy|Topic) /,
  },
  {
    what: "the environment's name",
    values: { environment: "dev2" },
    spares: /^(BucketVersioning|BucketPublicAccessBlock|TopicSubscription) /,
  },
];

describe("a change", () => {
  let project: Project;
  before(async () => {
    project = new Project();
    await project.begin("dev");
    await project.up("dev");
  });
  after(() => project?.remove());

  // A preview for each costs as much as the change, and what one leaves behind the next one's calls would tell.
  const every = size(4, 1);
  for (const [index, { what, values, spares }] of changes.entries()) {
    it(`of ${what}`, async () => {
      const before = await project.state("dev");
      project.configure("dev", values);
      const { calls } = await project.up("dev", "--parallel", "1");
      const touched = calls.map(({ urn }) => shortName(urn));
      expect(touched).to.not.deep.equal([]);
      expect(touched.filter((one) => spares.test(one))).to.deep.equal([]);
      expect(clashes(calls, before, await project.state("dev"))).to.deep.equal([]);
      // That one names none of what it depends on: it has to be asked before all of it goes.
      const torn = dangling(calls, before).filter(({ what: one }) => !one.startsWith(lastAsked));
      expect(torn.filter(({ what: one }) => / -> MaintenanceWindowTarget /.test(one))).to.deep.equal([]);
      // What has its name from the environment goes before it is made anew, and nothing is done in between.
      expect(torn.filter((one) => one.calls !== 0)).to.deep.equal([]);
      if (values.environment === undefined) expect(torn).to.deep.equal([]);
      if (index % every === every - 1 || index === changes.length - 1) await project.unchanged("dev");
    });
  }
});
