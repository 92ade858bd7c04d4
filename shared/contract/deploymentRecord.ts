import * as z from "zod/mini";
import { zoneProblem } from "#schedule/zone.js";
import {
  derivedGroupExcess,
  maxGroupLength,
  maxPatchGroups,
  parseGroup,
  patchGroupTagKeys,
} from "./exclusionNames.js";
import { readStored } from "./storedJson.js";

/** Room that names of derived baselines need after a name prefix. */
const nameSuffix = "-x-0123456789-".length;
const maxBaselineName = 128;

const text = z.string("should be a text").check(z.minLength(1, "is empty"));
const operatingSystem = text.check(z.regex(/^[A-Z][A-Z0-9_]{2,40}$/, "is not an operating system of SSM"));
const count = (least: number) =>
  z.int("should be a whole number").check(z.minimum(least, `should be ${least} or more`));
const list = <T extends z.ZodMiniType>(item: T) =>
  z.array(item, "should be a list").check(z.minLength(1, "is empty"));

const schema = z
  .object(
    {
      version: z.literal(1, "is not 1"),
      /** Value of the owner tag, `<project>/<stack>`. */
      stack: text.check(z.maxLength(256, "is longer than a tag's value")),
      namePrefix: text.check(z.regex(/^[a-zA-Z0-9_.-]*$/, "has other characters than a-z A-Z 0-9 _ . -")),
      partition: text,
      accountId: text.check(z.regex(/^\d{12}$/, "is not an account id")),
      patchGroupTagKey: z.enum(patchGroupTagKeys, "is not a tag that Patch Manager reads"),
      patchGroups: list(
        text.check(
          z.maxLength(
            maxGroupLength - derivedGroupExcess,
            "is too long for groups that exclusions make of it",
          ),
          z.refine((group) => parseGroup(group) === undefined, "is the name of a group that exclusions make"),
        ),
        // Also the most groups of a baseline: a derived one has at most one of each base group, so that never runs out.
      ).check(z.maxLength(maxPatchGroups, `has more than ${maxPatchGroups} groups`)),
      targetTags: z.record(z.string(), list(z.string("should be a text")), "should be a map of lists"),
      operatingSystems: list(operatingSystem),
      timezone: text.check(
        z.refine(
          (zone) => zoneProblem(zone) === undefined,
          "is not UTC or an IANA name such as America/New_York",
        ),
      ),
      maxExclusionDays: count(1),
      maxChangedNodes: z.optional(count(0)),
      maxBaselines: z.optional(count(1)),
      maxHeldPercent: z.optional(count(1).check(z.maximum(100, "should be 100 or less"))),
      /** What has left the stack, and whose nodes are to be brought back. Its Regions and operating systems are among the others. */
      retired: z.optional(
        z.object(
          {
            regions: z.array(text, "should be a list"),
            patchGroups: z.array(text, "should be a list"),
            operatingSystems: z.array(operatingSystem, "should be a list"),
          },
          "should be an object",
        ),
      ),
      regions: list(
        z.object(
          {
            name: text.check(z.regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, "is not a Region")),
            baselines: z.record(operatingSystem, text, "should be a map of ids"),
            /** The baselines of held nodes; missing in what an older version has written. */
            holds: z.optional(z.record(operatingSystem, text, "should be a map of ids")),
            /** Rings with base baselines of their own; missing where there is none, and in what an older version has written. */
            rings: z.optional(
              z.array(
                z.object(
                  {
                    name: text,
                    patchGroups: list(text),
                    baselines: z.record(operatingSystem, text, "should be a map of ids"),
                  },
                  "should be an object",
                ),
                "should be a list",
              ),
            ),
            scanWindowId: z.optional(text),
            installWindowId: z.optional(text),
          },
          "should be an object",
        ),
      ),
    },
    "should be an object",
  )
  .check((context) => {
    const record = context.value;
    const say = (path: string, message: string) =>
      context.issues.push({ code: "custom", path: [path], message, input: record });
    const longest = Math.max(...record.operatingSystems.map((name) => name.length));
    const most = maxBaselineName - nameSuffix - longest;
    if (record.namePrefix.length > most) {
      say(
        "namePrefix",
        `has ${record.namePrefix.length} characters; names of baselines leave room for ${most}`,
      );
    }
    const names = record.regions.map(({ name }) => name);
    if (new Set(names).size < names.length) say("regions", "names a Region twice");
  });

/** What Pulumi says of the deployed stack, the only link between the program and the processor. */
export type DeploymentRecord = z.infer<typeof schema>;

type RecordResult =
  | { readonly ok: true; readonly record: DeploymentRecord }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a deployment record. Total; `problems` is never empty. */
export function parseDeploymentRecord(text: string): RecordResult {
  const read = readStored(schema, text);
  return read.ok ? { ok: true, record: read.value } : read;
}

/** The base baselines of a Region, operating system to id. */
export function baseBaselines(record: DeploymentRecord, region: string): Readonly<Record<string, string>> {
  return record.regions.find(({ name }) => name === region)?.baselines ?? {};
}

/** The rings of a Region that have base baselines of their own. */
export function ringBaselines(
  record: DeploymentRecord,
  region: string,
): NonNullable<DeploymentRecord["regions"][number]["rings"]> {
  return record.regions.find(({ name }) => name === region)?.rings ?? [];
}

/** Every base baseline of a Region, operating system and id. */
export function allBaseBaselines(
  record: DeploymentRecord,
  region: string,
): (readonly [operatingSystem: string, id: string])[] {
  const maps = [
    baseBaselines(record, region),
    ...ringBaselines(record, region).map((ring) => ring.baselines),
  ];
  return maps.flatMap((map) => Object.entries(map));
}

/** The baselines of a Region's held nodes, operating system to id. */
export function holdBaselines(record: DeploymentRecord, region: string): Readonly<Record<string, string>> {
  return record.regions.find(({ name }) => name === region)?.holds ?? {};
}
