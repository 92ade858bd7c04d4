import { textOf } from "#functions/exclusion-processor/core/gather.js";
import { misplacedObjects } from "#functions/exclusion-processor/core/misplaced.js";
import { Sealed } from "#functions/exclusion-processor/core/sealed.js";
import type { ListedObject, Ports } from "#functions/exclusion-processor/ports.js";
import { mapLimited, settle } from "#functions/shared/errors.js";
import { keyOfStatus, keys, statusKey } from "#shared/contract/exclusionNames.js";
import { type ForeignNode, foreignTagsKey, parseForeignTags } from "#shared/contract/foreignTags.js";
import { parseStatus } from "#shared/contract/manifestStatus.js";
import {
  parseRetired,
  partsOf,
  type RetiredState,
  retiredKey,
  unknownState,
} from "#shared/contract/retired.js";
import { CannotRun, given, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { orCannotRun, type Surroundings } from "./access.js";
import { Arguments } from "./arguments.js";
import { type OpenBucket, openBucket } from "./place.js";
import { type Found, foreignLines, isFine, misplacedLines, retiredLines, statusLines } from "./statusText.js";

const statusHelp = `Tells what became of manifests: the verdict of the last run, and of each entry where and until when it is in force.

  npm run exclusions -- status --stack NAME [KEY...] [options]

  KEY              a manifest, as exclusions/payments.yaml                     (default: all of them)
  --stack NAME     stack that it is about
  --bucket BUCKET  a bucket to look into, in the place of the stack's own or without a stack
  --json           the same as JSON with every node, for scripts
  --help           this text

The stack's aws:region (without --stack AWS_REGION), AWS_ENDPOINT_URL and AWS's usual credentials decide where it looks
and as whom.
It also names nodes whose tags something else has written within the last day, objects that nothing looks at, and of what
has left the stack whether exclusions have let it go.
Exit code: 0 when every manifest is in force or ended, without trouble, and there are none of those; 1 when one is not, or
waits for a run; 2 when nothing can be told.
`;

/** Reads under way at a time. */
const parallelReads = 8;

/** Tells what became of manifests. */
export async function status(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("status", args, ["stack", "bucket"]);
  if (options.wantsHelp) {
    terminal.stdout.write(statusHelp);
    return 0;
  }
  const named = options.place();
  options.done();
  const opened = await openBucket(named, surroundings);
  const { bucket, ports } = opened;
  const objects = await orCannotRun(`Bucket ${bucket}`, ports.store.list(""));
  const below = (prefix: string) => objects.filter(({ key }) => key.startsWith(prefix));
  const listed = index(below(keys.manifests), below(keys.statuses));
  const wanted = choose(options.operands, [...listed.keys()], bucket);
  const found = await mapLimited(wanted, parallelReads, (key) => find(ports, key, listed.get(key)));
  const foreign = await foreignNodes(ports, bucket);
  const misplaced = misplacedObjects(objects);
  const retired = await retiredParts(opened, objects);
  const printer = new Printer(terminal.stdout);
  if (options.json) printer.json({ version: 1, manifests: found, foreignNodes: foreign, misplaced, retired });
  else {
    const more = [
      ...foreignLines(foreign, printer.paint),
      ...misplacedLines(misplaced, printer.paint),
      ...retiredLines(retired, printer.paint),
    ];
    printer.lines([...statusLines(found, printer.paint), ...more]);
  }
  return found.every(isFine) && foreign.length + misplaced.length === 0 ? 0 : 1;
}

/** The nodes whose tags somebody else writes, whatever manifests there are. */
async function foreignNodes({ store }: Ports, bucket: string): Promise<readonly ForeignNode[]> {
  const read = await orCannotRun(`${foreignTagsKey} of bucket ${bucket}`, store.read(foreignTagsKey));
  if (read === undefined) return [];
  const found = parseForeignTags(textOf(read) ?? "");
  if (found === undefined) throw new CannotRun(`${foreignTagsKey} of bucket ${bucket} cannot be understood.`);
  return found.nodes;
}

/** What has left the stack, as the last run has found it. */
async function retiredParts(
  { ports: { store }, bucket, record }: OpenBucket,
  objects: readonly ListedObject[],
): Promise<readonly RetiredState[]> {
  const reading = Sealed.read(store, retiredKey, objects);
  const { text, isSpoiled } = await orCannotRun(`${retiredKey} of bucket ${bucket}`, reading);
  if (isSpoiled) return record.retired === undefined ? [] : partsOf(record.retired).map(unknownState);
  if (text === undefined) return [];
  const parts = parseRetired(text);
  if (parts === undefined) throw new CannotRun(`${retiredKey} of bucket ${bucket} cannot be understood.`);
  return parts;
}

interface Listed {
  readonly manifest?: ListedObject;
  readonly status?: ListedObject;
}

/** Manifests and statuses by the keys of the manifests. */
function index(
  manifests: readonly ListedObject[],
  statuses: readonly ListedObject[],
): ReadonlyMap<string, Listed> {
  const listed = new Map<string, Listed>();
  for (const manifest of manifests) if (!manifest.key.endsWith("/")) listed.set(manifest.key, { manifest });
  for (const one of statuses) {
    const key = keyOfStatus(one.key);
    // Reports on plans are no statuses.
    if (key?.startsWith(keys.manifests)) listed.set(key, { ...listed.get(key), status: one });
  }
  return new Map([...listed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws CannotRun that names every key that there is nothing of */
function choose(asked: readonly string[], there: readonly string[], bucket: string): readonly string[] {
  if (asked.length === 0) return there;
  const wanted = asked.map((key) => (key.startsWith(keys.manifests) ? key : `${keys.manifests}${key}`));
  const missing = wanted.filter((key) => !there.includes(key));
  if (missing.length === 0) return [...new Set(wanted)];
  const lines = missing.map((key) => `Bucket ${bucket} has no ${given(key)}, and nothing is said of it.`);
  throw new CannotRun(lines.join("\n"));
}

async function find({ store }: Ports, key: string, listed: Listed = {}): Promise<Found> {
  const isWaiting =
    listed.manifest !== undefined && listed.manifest.lastModified > (listed.status?.lastModified ?? 0);
  if (listed.status === undefined) return { key, isWaiting };
  const read = await settle(store.read(statusKey(key)));
  if (!read.ok) return { key, isWaiting, error: `${statusKey(key)} cannot be read (${read.error})` };
  const text = read.value === undefined ? undefined : textOf(read.value);
  const found = text === undefined ? undefined : parseStatus(text);
  if (found === undefined) return { key, isWaiting, error: `${statusKey(key)} is not a status` };
  const isDeleted = listed.manifest === undefined && found.verdict !== "ended";
  return { key, isWaiting: isWaiting || isDeleted, status: found, ...(isDeleted ? { isDeleted } : {}) };
}
