import { z } from "zod";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { alarmArnPattern } from "#shared/contract/rings.js";

function dateOf(time: number): string | undefined {
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}

/** A date or an instant: `2026-10-01` (midnight UTC) or `2026-10-01T04:30:00Z`. */
const instant = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/,
    "a date as 2026-10-01 or an instant as 2026-10-01T04:30:00Z",
  )
  // Date.parse takes 30 February for 2 March.
  .refine((text) => dateOf(Date.parse(text)) === text.slice(0, 10), "a date that exists");
const share = z.number().min(0).max(1);
const weight = z.number().min(0).max(1_000_000);
const name = z.string().min(1).max(128);
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a Region such as us-east-1");
const tags = z.record(name, z.string().max(256));

/** What `installed` may say: a name, a version and an architecture together. */
const reference = z.string().min(1).max(512);

const patch = z
  .strictObject({
    name: name.describe("Package name, or KB number on Windows"),
    version: name
      .exactOptional()
      .describe("Version-release of a package, with `epoch:` before it where it has one"),
    arch: name.exactOptional().describe("Architecture of a package, such as x86_64 or amd64"),
    title: z.string().max(256).exactOptional(),
    released: instant.describe("When the repository began to offer it"),
    classification: name.exactOptional(),
    severity: name.exactOptional().describe("Severity; MSRC severity on Windows"),
    priority: name.exactOptional().describe("Priority, on Debian and Ubuntu"),
    advisory: name.exactOptional(),
    cves: z.array(name).exactOptional(),
    bugzillas: z.array(name).exactOptional(),
    supersedes: name.exactOptional().describe("The KB that this one replaces, on Windows"),
    requires: z
      .array(name)
      .exactOptional()
      .describe(
        "Packages of the catalog that it needs: `lib` in any version, `lib>=1-2` or `lib=1-2` in one of the catalog's",
      ),
    installSeconds: z.number().min(0).max(7200).default(15),
  })
  .describe("One version of a package, or one KB");

/** What the repositories of one operating system offer. */
export const catalogSchema = z.strictObject({
  operatingSystem: z.enum(operatingSystemNames),
  product: name.describe("Value of the PRODUCT filter, such as AmazonLinux2023"),
  productFamily: name.exactOptional(),
  platformName: name.describe("As DescribeInstanceInformation reports it"),
  platformVersion: name,
  patches: z.array(patch).max(5000),
});

/** One server. */
export const nodeSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^(i-[0-9a-f]{8}([0-9a-f]{9})?|mi-[0-9a-f]{17})$/,
      "an id such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718",
    ),
  name: name.exactOptional(),
  region,
  account: z
    .string()
    .regex(/^\d{12}$/, "the 12-digit id of an account, in quotes")
    .exactOptional()
    .describe("The account that it is in, where that is another than the stack's (123456789012)"),
  catalog: name.describe("Key of the catalog that the node's repositories offer"),
  tags: tags.default({}),
  agent: z
    .boolean()
    .default(true)
    .describe("false: no SSM Agent or no instance profile, so not a managed node"),
  state: z.enum(["running", "stopped"]).default("running"),
  ping: z.enum(["Online", "ConnectionLost"]).default("Online"),
  offline: z
    .array(z.strictObject({ from: instant, to: instant }))
    .default([])
    .describe("Times when the node is stopped or out of reach"),
  terminated: instant
    .exactOptional()
    .describe("When it is terminated, or deregistered as a hybrid node; without it never"),
  patchedUntil: instant.describe("Everything released up to then is installed"),
  packages: z
    .array(name)
    .exactOptional()
    .describe("Packages that the node has, or KBs that apply to it; without it all of the catalog"),
  installed: z
    .array(reference)
    .default([])
    .describe("Installed beyond patchedUntil: a name for its newest version, name-version, or a KB"),
  fails: z
    .array(name)
    .default([])
    .describe("Packages whose installation fails on this node; a KB stands for its whole chain"),
  speed: z.number().min(0.1).max(100).default(1).describe("Factor on all durations; 2 takes twice as long"),
});

/** Servers by the thousand. */
export const generateSchema = z.strictObject({
  count: z.number().int().min(1).max(200_000),
  seed: z.number().int().min(0).exactOptional().describe("Without it, the seed of the run"),
  regions: z.record(region, weight).describe("Region to weight"),
  catalogs: z.record(name, weight).describe("Catalog to weight"),
  tags: z.array(z.strictObject({ weight, tags })).min(1),
  patchedUntil: z.strictObject({ from: instant, to: instant }),
  packageShare: share.default(0.7).describe("Share of a Linux catalog's packages that a node has"),
  basePackages: z
    .array(name)
    .default([])
    .describe("Packages that every node has, whatever packageShare says"),
  hybridShare: share
    .default(0)
    .describe("Share of nodes that are no EC2 instances: always with agent and running"),
  noAgentShare: share.default(0).describe("Share of the EC2 nodes without SSM Agent"),
  stoppedShare: share
    .default(0)
    .describe("Share of the EC2 nodes that are stopped, beside those without agent"),
  connectionLostShare: share
    .default(0)
    .describe("Share of the nodes that are out of reach, beside the other two"),
  failingShare: share.default(0).describe("Share of nodes on which one patch fails to install"),
});

/** What happens to an object of the stack's bucket for exclusions at a time. */
export const bucketChangeSchema = z
  .strictObject({
    at: instant.describe("When it is uploaded or deleted"),
    key: z
      .string()
      .max(512)
      .regex(
        /^(exclusions|plans|approvals)\/./,
        "a key below exclusions/, plans/ or approvals/, such as exclusions/payments.yaml",
      )
      .describe("Of a manifest, a plan or an approval"),
    file: z
      .string()
      .min(1)
      .max(1024)
      .exactOptional()
      .describe("What is uploaded, as it is; relative to this file"),
    delete: z.literal(true).exactOptional().describe("true: the object is deleted; there is no file then"),
  })
  .refine(
    (change) => (change.file === undefined) !== (change.delete === undefined),
    "a file to upload, or delete: true, and not both",
  );

/** What a tool other than the stack does to the tags of nodes at a time. */
export const tagChangeSchema = z
  .strictObject({
    at: instant.describe("When it writes first"),
    nodes: z.array(nodeSchema.shape.id).min(1).max(1000).describe("Ids of nodes of this fleet"),
    tags: z
      .record(name, z.string().max(256).nullable())
      .refine(
        (tags) => Object.keys(tags).length > 0 && !Object.keys(tags).some((key) => /^aws:/i.test(key)),
        "one tag or more, none of AWS's own (aws:)",
      )
      .describe("Values that it writes; null takes a tag away"),
    everyHours: z
      .number()
      .int()
      .min(1)
      .max(8760)
      .exactOptional()
      .describe("Hours after which it writes the same again, and again; without it once"),
  })
  .describe("A tool other than the stack that writes tags: a deployment, a tag policy, a person");

const alarmArn = z
  .string()
  .regex(
    alarmArnPattern,
    "the ARN of an alarm, such as arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors",
  );

/** A patch that does harm to nodes that get it. */
export const badPatchSchema = z
  .strictObject({
    catalog: name.describe("Key of its catalog"),
    patch: reference.describe("A name for its newest version, name-version, or a KB"),
    share: share
      .default(1)
      .describe("Chance with which a node that gets it is broken, drawn from the seed of the run"),
    breaks: z
      .enum(["application", "alarm", "node"])
      .describe(
        "application: after its reboot the node's application is down, and the alarm goes off; alarm: the alarm goes off once the patch is in, without a reboot; node: after its reboot the node does not answer any more",
      ),
    alarm: alarmArn.exactOptional().describe("One of `alarms`, for an application and for an alarm"),
    afterMinutes: z
      .number()
      .int()
      .min(0)
      .max(43_200)
      .default(0)
      .describe("Minutes until it shows; a node that is lost at once never comes back from its reboot"),
    mendedAfterHours: z
      .number()
      .int()
      .min(1)
      .max(8760)
      .exactOptional()
      .describe("Hours after which somebody has mended the node; without it nobody does"),
  })
  .refine(
    ({ breaks, alarm }) => (breaks === "node") === (alarm === undefined),
    "an alarm for what breaks an application or an alarm, and none for what breaks a node",
  )
  .describe("A patch that does harm to nodes that get it");

/** Names of files that may hold catalogs: whatever else is on the disk is not looked at. */
export const catalogFileName = /.\.(ya?ml|json)$/i;

/** The shape of a fleet file. */
export const fleetSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    version: z.literal(1),
    description: z.string().max(1000).exactOptional(),
    catalogFiles: z
      .array(z.string().max(1024).regex(catalogFileName, "a file that ends in .yaml, .yml or .json"))
      .max(100)
      .default([])
      .describe("Files with further catalogs, relative to this one"),
    catalogs: z.record(name, catalogSchema).default({}),
    nodes: z.array(nodeSchema).max(200_000).default([]),
    generate: generateSchema.exactOptional(),
    exclusions: z
      .array(bucketChangeSchema)
      .max(1000)
      .default([])
      .describe("What npm start puts into the stack's bucket for exclusions, and when"),
    tagChanges: z
      .array(tagChangeSchema)
      .max(1000)
      .default([])
      .describe("What others do to the tags of nodes, and when"),
    alarms: z
      .array(alarmArn)
      .max(100)
      .default([])
      .describe("CloudWatch alarms that people have, in the stack's account (123456789012): ARNs"),
    badPatches: z
      .array(badPatchSchema)
      .max(1000)
      .default([])
      .describe("Patches that do harm to nodes that get them"),
  })
  .describe("A fleet for patchplane's lab");

/** The shape of a file with catalogs alone, named by `catalogFiles`. */
export const catalogFileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  version: z.literal(1),
  description: z.string().max(1000).exactOptional(),
  catalogs: z.record(name, catalogSchema),
});

export type FleetFile = z.infer<typeof fleetSchema>;
export type CatalogSpec = z.infer<typeof catalogSchema>;
export type PatchSpec = z.infer<typeof patch>;
export type NodeSpec = z.infer<typeof nodeSchema>;
export type BucketChangeSpec = z.infer<typeof bucketChangeSchema>;
export type TagChangeSpec = z.infer<typeof tagChangeSchema>;
export type BadPatchSpec = z.infer<typeof badPatchSchema>;
export type GenerateSpec = z.infer<typeof generateSchema>;
