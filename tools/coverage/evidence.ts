import { createHash } from "node:crypto";
import { settle } from "#functions/shared/errors.js";
import { prepareFolder, writeFiles } from "#shared/terminal/output.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { countText } from "#shared/text/format.js";
import { dayMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import { Arguments } from "./arguments.js";
import { Archive } from "./core/archive.js";
import { type EvidenceInput, evidenceOf } from "./core/evidence.js";
import { evidenceFiles } from "./evidenceFiles.js";
import { evidencePage } from "./evidencePage.js";
import { stackPlace } from "./files.js";
import type { Surroundings } from "./ports.js";

const help = `Evidence for an auditor: what records say of every run, node, missing patch and exception of some days.

  npm run coverage -- evidence --stack NAME --from DAY --to DAY --out DIR [options]

  --stack NAME  stack whose records they are
  --from DAY    first day, in UTC, such as 2026-10-01
  --to DAY      last day, whole
  --out DIR     folder that gets index.html, evidence.json, the CSV files and manifest.json with the SHA-256 of each
  --json        print the manifest
  --help        this text

The same question gives the same bytes, as long as the records are the same: days that are not over say so. docs/audit.md has the
questions that it answers. Exit code: 0 when every record of the days could be read, 1 when one could not, 2 when nothing can be told.
`;

/** Writes the evidence of some days into a folder. */
export async function evidence(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("evidence", args, ["stack", "from", "to", "out"]);
  if (options.wantsHelp) {
    terminal.stdout.write(help);
    return 0;
  }
  const stack = options.stack();
  const out = options.required("out", "name the folder that it is written into.");
  const { from, to } = options.span();
  options.done();
  const place = stackPlace(surroundings.root, stack);
  prepareFolder(out);
  const say = (line: string) => terminal.stderr.write(`${line}\n`);
  const now = (await surroundings.clock(place.homeRegion, say))();
  const ports = await surroundings.ports();
  const { records, exclusions } = await ports.stack(place, from, to - dayMs);
  if (!records.ok) throw new CannotRun(`The records of stack ${stack} cannot be read: ${records.error}.`);
  const archive = new Archive(records.value.records, `${place.prefix}-fanout`);
  const uploads = await settle(ports.uploads(place, archive.manifests()));
  const input: EvidenceInput = {
    stack,
    ...{
      from: new Date(from).toISOString().slice(0, 10),
      to: new Date(to - dayMs).toISOString().slice(0, 10),
    },
    archive,
    unread: records.value.unread.map(({ key, why }) => ({ key, why })),
    exclusions,
    uploads,
    isOver: now >= to,
  };
  const found = evidenceOf(input);
  const files: Record<string, string> = {
    "index.html": evidencePage(found),
    ...evidenceFiles(input, found),
    "evidence.json": `${JSON.stringify(found, undefined, 1)}\n`,
  };
  const manifest = {
    version: 1,
    ...{ stack, from: input.from, to: input.to, isOver: input.isOver },
    files: Object.keys(files)
      .sort(compare)
      .map((name) => ({
        name,
        sha256: createHash("sha256")
          .update(files[name] ?? "")
          .digest("hex"),
      })),
  };
  writeFiles(out, { ...files, "manifest.json": `${JSON.stringify(manifest, undefined, 1)}\n` });
  const printer = new Printer(terminal.stdout);
  if (options.json) printer.json(manifest);
  else {
    const runs = countText(input.archive.runs.length, "run");
    printer.lines([
      `${out}: ${runs} from ${input.from} to ${input.to}, ${countText(input.unread.length, "record")} unread.`,
      ...(input.isOver
        ? []
        : ["The last day is not over: the same question may have more to tell tomorrow."]),
    ]);
  }
  return input.unread.length === 0 ? 0 : 1;
}
