import { timeOf } from "#functions/exclusion-processor/core/entryStatus.js";
import type { Version } from "#functions/exclusion-processor/core/manifests.js";
import { planReport } from "#functions/exclusion-processor/core/planReport.js";
import { formatOf } from "#functions/exclusion-processor/manifest/source.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { CannotRun, given, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import type { Surroundings } from "./access.js";
import { Arguments } from "./arguments.js";
import { readBytes } from "./files.js";
import { endWarnings, openingsOf } from "./openings.js";
import { openBucket } from "./place.js";
import { planLines } from "./planText.js";
import { readPresent } from "./present.js";

const planHelp = `Tells which nodes would lose or gain back which patches if a manifest were uploaded. Nothing is written.

  npm run exclusions -- plan FILE --stack NAME [options]

  --stack NAME     stack that it is for
  --bucket BUCKET  a bucket to look into, in the place of the stack's own
  --key KEY        where it would be uploaded, as exclusions/payments.yaml     (default: exclusions/ and
                                                                                the file's name)
  --at INSTANT     act as if it were uploaded then, as 2026-10-05T12:00:00Z    (default: now)
  --json           the same as JSON with every node, for scripts
  --help           this text

The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where it looks and as whom. It asks for what the
processor may read: the bucket and the versions of its objects, nodes, tags, baselines, patch groups, windows; and for
the processor's configuration (lambda:GetFunctionConfiguration), which names the bucket.
Exit code: 0 when it would be applied, 1 when it would be refused or held or a Region could not be read, 2 when
nothing can be told.
`;

/** Tells what a manifest would change. */
export async function plan(
  args: readonly string[],
  terminal: Terminal,
  now: number,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("plan", args, ["stack", "bucket", "key", "at"]);
  if (options.wantsHelp) {
    terminal.stdout.write(planHelp);
    return 0;
  }
  const { file, key, named, stack, time } = read(options, now);
  const openings = openingsOf(readStackFiles(surroundings.root, stack), time);
  const content = readBytes(file);
  if ("error" in content) throw new CannotRun(`${file}: ${content.error}.`);
  const { bucket, ports, record } = await openBucket({ stack, bucket: named }, surroundings);
  const reading = ports.readManifest({ key, bytes: content.bytes, uploadedAt: time, record });
  const version: Version = { versionId: "not uploaded", uploadedAt: time, reading };
  const { ledgers, unread, decisions, limits } = await readPresent(ports, record, time, bucket, version);
  if (ledgers.length === 0) {
    throw new CannotRun(unread.map(({ region, error }) => `${region}: ${error}.`).join("\n"));
  }
  const present = decisions.get(key)?.inForce;
  const planKey = `${keys.plans}${key.slice(keys.manifests.length)}`;
  const report = planReport(planKey, version, present, ledgers, record, limits);
  const ends = reading.ok ? endWarnings(reading.entries, openings, record.timezone) : [];
  const printer = new Printer(terminal.stdout);
  if (options.json) {
    const { verdict, problems, changedNodes, mostChangedNodes, nodes, entries } = report;
    const warnings = reading.ok ? [...reading.warnings, ...ends] : [];
    const effect = Object.fromEntries(ledgers.map(({ region, fleet }) => [region, timeOf(fleet.state)]));
    const head = { version: 1, stack: record.stack, key, verdict, inForceVersionId: present?.versionId };
    const counts = { changedNodes, mostChangedNodes, takesEffect: effect, nodes, entries };
    printer.json({ ...head, problems, warnings, ...counts, unreadRegions: unread });
  } else {
    const states = new Map(ledgers.map(({ region, fleet }) => [region, fleet.state]));
    const draft = { file, key, stack: record.stack, version, present, report, unread, states, ends };
    printer.lines(planLines(draft, printer.paint));
  }
  return report.verdict === "would be applied" && unread.length === 0 ? 0 : 1;
}

/** @throws CannotRun that names everything that is wrong with the command line */
function read(options: Arguments, now: number) {
  const [file = "", ...more] = options.operands;
  if (file === "") options.say("FILE: name a manifest.");
  if (more.length > 0) options.say(`FILE: name one manifest; got ${more.length} more.`);
  const stack = options.required("stack", "name the stack that it is for.");
  const named = options.bucket();
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const key = options.text("key") ?? `${keys.manifests}${name}`;
  const isBelow = key.startsWith(keys.manifests) && key.length > keys.manifests.length;
  if (options.text("key") !== undefined && !(isBelow && formatOf(key) !== undefined)) {
    options.say(
      `--key: got ${given(key)}; allowed is a key that begins with ${keys.manifests} and ends in .yaml, .yml or .json.`,
    );
  }
  const time = options.time(now);
  options.done();
  return { file, key, named, stack, time };
}
