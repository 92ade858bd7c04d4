import type { ManifestResult, ManifestRules } from "#functions/exclusion-processor/manifest/model.js";
import {
  problemText,
  readManifest,
  warningText,
} from "#functions/exclusion-processor/manifest/readManifest.js";
import { Printer, type Terminal } from "#shared/terminal/terminal.js";
import { seen } from "#shared/text/quotes.js";
import { counted } from "#shared/text/words.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import { Arguments } from "./arguments.js";
import { readBytes } from "./files.js";
import { endWarnings, type Opening, openingsOf } from "./openings.js";
import { rulesOf } from "./rules.js";

const checkHelp = `Checks manifests of exclusions with the very code of the exclusion processor. Nothing is uploaded.

  npm run exclusions -- check FILE... [options]

  --stack NAME   stack whose Pulumi.NAME.yaml says which operating systems, Region,  (default: dev)
                 time zone and maxExclusionDays count
  --at INSTANT   check as if uploaded then, as 2026-10-05T12:00:00Z                  (default: now)
  --json         the same as JSON, for scripts
  --help         this text

Problems are told as FILE:LINE:COLUMN: what was got, what is allowed, what to write.
Exit code: 0 when all is good (warnings aside), 1 when a file has a problem, 2 when one could not be checked.
`;

/** What became of one file. */
type Checked = { readonly file: string } & ({ readonly result: ManifestResult } | { readonly error: string });

/** Checks the files that the command line names. */
export function check(args: readonly string[], terminal: Terminal, now: number, root: string): number {
  const given = new Arguments("check", args, ["stack", "at"]);
  if (given.wantsHelp) {
    terminal.stdout.write(checkHelp);
    return 0;
  }
  if (given.operands.length === 0) given.say("FILE: name one manifest or more.");
  const time = given.time(now);
  given.done();
  const stack = given.text("stack") ?? "dev";
  const files = readStackFiles(root, stack);
  const rules = rulesOf(files, time);
  const openings = openingsOf(files, time);
  const all = given.operands.map((file) => withEnds(checkFile(file, rules, time), openings, rules));
  const printer = new Printer(terminal.stdout);
  if (given.json) printer.json({ version: 1, stack, files: all.map(fileJson) });
  else {
    printer.lines(all.flatMap((one) => ("error" in one ? [] : findings(one.file, one.result))));
    printer.lines([summary(all, stack, rules)]);
  }
  const unread = all.flatMap((one) => ("error" in one ? [`${seen(one.file)}: ${seen(one.error)}.`] : []));
  for (const line of unread) terminal.stderr.write(`${line}\n`);
  if (unread.length > 0) return 2;
  return all.every((one) => "result" in one && one.result.ok) ? 0 : 1;
}

function checkFile(file: string, rules: ManifestRules, uploadedAt: number): Checked {
  const content = readBytes(file);
  if ("error" in content) return { file, error: content.error };
  // On Windows people write backslashes; the reader knows a key's slashes.
  const key = process.platform === "win32" ? file.replaceAll("\\", "/") : file;
  return { file, result: readManifest({ key, text: content.bytes, uploadedAt }, rules) };
}

/** With a warning for each entry that ends too soon. */
function withEnds(one: Checked, openings: readonly Opening[], { timezone }: ManifestRules): Checked {
  if (!("result" in one) || !one.result.ok) return one;
  const { result } = one;
  const ends = endWarnings(result.manifest.entries, openings, timezone).map(({ line, column, message }) => ({
    line,
    column,
    path: "expires",
    message,
  }));
  return { ...one, result: { ...result, warnings: [...result.warnings, ...ends] } };
}

function findings(file: string, result: ManifestResult): string[] {
  const problems = result.ok ? [] : result.problems.map((problem) => problemText(file, problem));
  const more = result.ok || result.unlisted === 0 ? [] : [`${seen(file)}: and ${result.unlisted} more.`];
  return [...problems, ...more, ...result.warnings.map((warning) => warningText(file, warning))];
}

function summary(all: readonly Checked[], stack: string, rules: ManifestRules): string {
  const results = all.flatMap((one) => ("result" in one ? [one.result] : []));
  const bad = results.filter(({ ok }) => !ok).length;
  const problems = results.reduce(
    (sum, result) => sum + (result.ok ? 0 : result.problems.length + result.unlisted),
    0,
  );
  const warnings = results.reduce((sum, result) => sum + result.warnings.length, 0);
  const entries = results.reduce((sum, result) => sum + (result.ok ? result.manifest.entries.length : 0), 0);
  const unread = all.length - results.length;
  const parts = [
    ...(results.length > bad
      ? [`${results.length - bad} good with ${counted(entries, "entry", "entries")}`]
      : []),
    ...(bad > 0 ? [`${bad} refused for ${counted(problems, "problem")}`] : []),
    ...(unread > 0 ? [`${unread} not read`] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  const { operatingSystems, maxExclusionDays } = rules;
  const against = `stack ${stack}, ${operatingSystems.join(", ")}, at most ${counted(maxExclusionDays, "day")}`;
  return `${counted(all.length, "file")}: ${parts.join(", ")} (${against}).`;
}

function fileJson(one: Checked): object {
  const { file } = one;
  if ("error" in one) return { file, ok: false, error: one.error };
  const { result } = one;
  if (!result.ok) {
    const { problems, unlisted, warnings } = result;
    return { file, ok: false, problems, unlisted, warnings };
  }
  const entries = result.manifest.entries.map(({ id, line, expiresAt }) => ({
    id,
    line,
    expires: new Date(expiresAt).toISOString(),
  }));
  return { file, ok: true, entries, warnings: result.warnings };
}
