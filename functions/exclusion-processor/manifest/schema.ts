// The functional flavour of zod keeps the Lambda's bundle small: 15 kB instead of 83.
import * as z from "zod/mini";
import { maxPatchNameLength, maxRejectedPatches } from "#shared/contract/patchNames.js";

/** Most entries of a manifest. */
export const maxEntries = 10_000;
export const maxTags = 4;
/** Most values of a tag (API GetResources: TagFilters, at most 20 values a key). */
export const maxTagValues = 20;

/** A node that SSM manages: an EC2 instance, or a hybrid node. */
export const nodeIdPattern = /^(i-[0-9a-f]{8}([0-9a-f]{9})?|mi-[0-9a-f]{17})$/;
export const entryIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** @see EC2 user guide, "Tag restrictions": letters, numbers, spaces and `+ - = . _ : / @` in all services. */
export const tagTextPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What is allowed where, in words for a message. */
export const allowed = {
  document: "an object with version and exclusions",
  version: "1",
  exclusions: `a list of at most ${maxEntries} entries`,
  entry: "an object with id, patches or hold, nodes or tags, reason, owner and expires",
  id: "1 to 64 letters, digits, dots, underscores and dashes that begin with a letter or a digit",
  patches: `a list of 1 to ${maxRejectedPatches} names of patches`,
  patch: `the name of a patch, of 1 to ${maxPatchNameLength} characters`,
  hold: "true",
  nodes: "a list of 1 to 1000 ids of nodes",
  node: "the id of a node, such as i-0a1b2c3d4e5f60718 or mi-0a1b2c3d4e5f60718",
  tags: `an object of 1 to ${maxTags} tags`,
  tagKey: "a key of 1 to 128 letters, digits, spaces and + - = . _ : / @",
  tagValue: "a value of at most 256 letters, digits, spaces and + - = . _ : / @",
  tagValues: `a value, or a list of 1 to ${maxTagValues} values`,
  reason: "a text of 1 to 500 characters that is not blank",
  owner: "an e-mail address or the name of a team, of 1 to 128 characters",
  ticket: "a text of 1 to 64 characters that is not blank",
  expires: "a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z",
  action: "block or allow-as-dependency",
  regions: "a list of the stack's Regions",
  region: "a Region of the stack",
  instances: "an object of instance ids",
  instance: "an object with exclude_patches",
  excludePatches: `a list of at most ${maxRejectedPatches} names of patches`,
  maintenanceWindow: "a text",
} as const;

/** A text; each way in which it can be wrong is told in the same words. */
function text(most: number, words: string, pattern: RegExp = /\S/) {
  return z.string(words).check(z.minLength(1, words), z.maxLength(most, words), z.regex(pattern, words));
}

function list<T extends z.core.$ZodType>(item: T, least: number, most: number, words: string) {
  return z.array(item, words).check(z.minLength(least, words), z.maxLength(most, words));
}

const patch = text(maxPatchNameLength, allowed.patch);
const tagValue = z
  .string(allowed.tagValue)
  .check(z.maxLength(256, allowed.tagValue), z.regex(tagTextPattern, allowed.tagValue));

/** One exclusion, as a version 1 manifest has it. What depends on the stack is checked elsewhere. */
export const entrySchema = z.strictObject(
  {
    id: text(64, allowed.id, entryIdPattern),
    patches: z.exactOptional(list(patch, 1, maxRejectedPatches, allowed.patches)),
    hold: z.exactOptional(z.literal(true, allowed.hold)),
    nodes: z.exactOptional(list(text(20, allowed.node, nodeIdPattern), 1, 1000, allowed.nodes)),
    tags: z.exactOptional(
      z.record(
        text(128, allowed.tagKey, tagTextPattern),
        z.union([tagValue, list(tagValue, 1, maxTagValues, allowed.tagValues)], allowed.tagValues),
        allowed.tags,
      ),
    ),
    reason: text(500, allowed.reason),
    owner: text(128, allowed.owner),
    ticket: z.exactOptional(text(64, allowed.ticket)),
    expires: z
      .string(allowed.expires)
      .check(
        z.regex(
          /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/,
          allowed.expires,
        ),
      ),
    action: z.exactOptional(z.enum(["block", "allow-as-dependency"], allowed.action)),
    regions: z.exactOptional(list(z.string(allowed.region), 1, 100, allowed.regions)),
  },
  allowed.entry,
);

const frame = { $schema: z.exactOptional(z.string("a text")), version: z.literal(1, allowed.version) };

/** A manifest of version 1, whose entries are yet to be checked one by one. */
export const frameSchema = z.strictObject(
  {
    ...frame,
    exclusions: z.array(z.unknown(), allowed.exclusions).check(z.maxLength(maxEntries, allowed.exclusions)),
  },
  allowed.document,
);

/** What the file of instances says of one of them. */
export const instanceSchema = z.strictObject(
  {
    exclude_patches: list(patch, 0, maxRejectedPatches, allowed.excludePatches),
    maintenance_window: z.exactOptional(z.nullable(z.string(allowed.maintenanceWindow))),
  },
  allowed.instance,
);

/** An entry whose shape is right. */
export type EntrySpec = z.infer<typeof entrySchema>;
