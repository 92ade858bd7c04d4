import { join } from "node:path";
import { stableText } from "#functions/shared/errors.js";
import { prepareFolder, writeFiles } from "#shared/terminal/output.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { dayMs } from "#shared/text/time.js";
import { Arguments } from "./arguments.js";
import { cover } from "./core/cover.js";
import type { AccountReading, Coverage } from "./core/model.js";
import { judge, type Sla } from "./core/sla.js";
import { csvFiles } from "./csv.js";
import { pageFiles, stackPlace } from "./files.js";
import { coveragePage } from "./page.js";
import type { StackPlace, Surroundings } from "./ports.js";
import { progressOn } from "./progress.js";
import { readAccount } from "./read.js";
import { coverageLines } from "./text.js";

const help = `Who was patched, who was not, why, and who must act: every node of the account, once. It reads and never writes.

  npm run coverage -- --stack NAME [options]
  npm run coverage -- evidence --stack NAME --from DAY --to DAY --out DIR

  --stack NAME       stack whose windows, exclusions and records it is about
  --all-regions      look into every Region that the account has enabled      (default: those that the stack names)
  --sla TERMS        hold missing patches against terms, such as critical=14d,important=30d
  --owner-tag KEY    tag that names the owner of a node; may be there again   (default: Owner, Team, owner, team)
  --days N           read the records of runs of the last N days, 1 to 400    (default: 45)
  --csv DIR          write nodes.csv, patches.csv and unseen.csv there
  --html FILE        write a page, and the same CSV files into a folder beside it: coverage.html has coverage-csv
  --json             print all of it as JSON with every node, for scripts
  --help             this text

The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where it looks and as whom;
docs/policies/auditor.json has the rights that it needs. docs/coverage.md tells how to read it.
Exit code: 0 when nobody must act and everything was seen, 1 when somebody must, a term is exceeded, or something could not be
seen, 2 when nothing can be told.
`;

/** Days of records that are read unless the command line says otherwise, and the longest that the stack keeps them. */
const usualDays = 45;
const mostDays = 400;

/** Tells the coverage of an account. */
export async function report(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const known = ["stack", "all-regions", "csv", "html", "sla", "owner-tag", "days"] as const;
  const options = new Arguments("", args, known);
  if (options.wantsHelp) {
    terminal.stdout.write(help);
    return 0;
  }
  const stack = options.stack();
  const terms = options.terms();
  const days = options.whole("days", usualDays, 1, mostDays);
  options.done();
  const place = stackPlace(surroundings.root, stack);
  const csv = options.text("csv");
  const file = options.text("html");
  const html = file === undefined ? undefined : pageFiles(file);
  if (csv !== undefined) prepareFolder(csv, "--csv");
  if (html !== undefined) prepareFolder(html.folder, "--html");
  const say = (line: string) => terminal.stderr.write(`${line}\n`);
  const now = (await surroundings.clock(place.homeRegion, say))();
  const ports = await surroundings.ports();
  const deployed = await ports.stack(place, now - days * dayMs, now);
  const regions = options.has("all-regions")
    ? await enabled(ports.enabledRegions(place.homeRegion), place)
    : deployed.regions;
  const reading = await readAccount(
    ports,
    deployed,
    { ...place, now, regions, ownerTags: options.ownerTags() },
    progressOn(terminal.stderr),
  );
  sayIfBlind(reading);
  const coverage = cover(reading);
  const sla = terms === undefined ? undefined : judge(coverage, terms);
  if (csv !== undefined) writeFiles(csv, csvFiles(coverage), "--csv");
  if (html !== undefined) {
    writeFiles(join(html.folder, html.csv), csvFiles(coverage), "--html");
    writeFiles(html.folder, { [html.page]: coveragePage(coverage, html.csv, sla) }, "--html");
  }
  const printer = new Printer(terminal.stdout);
  if (options.json) printer.json({ ...coverage, ...(sla === undefined ? {} : { sla }) });
  else printer.lines(coverageLines(coverage, sla, printer.paint));
  return isFine(coverage, sla) ? 0 : 1;
}

/** @throws CannotRun when neither the stack nor any node could be read, so that nothing could be told of either */
function sayIfBlind({ stack, deployed, regions }: AccountReading): void {
  const areNodes = regions.some(({ instances, managed, tags }) => instances.ok || managed.ok || tags.ok);
  if (deployed.ok || areNodes) return;
  const where = regions.map(({ region }) => region).join(", ");
  throw new CannotRun(
    `Neither stack ${stack} nor any node in ${where} can be read: ${deployed.error}.\nThe stack's aws:region says where; AWS_ENDPOINT_URL and AWS's usual credentials say in what account and as whom.`,
  );
}

/** Whether there is nothing to do and nothing that could not be seen. */
function isFine({ totals, unseen, withoutWindow }: Coverage, sla: Sla | undefined): boolean {
  const overdue = sla === undefined ? 0 : sla.overdue.length + sla.ageless.length + sla.unjudged;
  return totals.somebody + unseen.length + withoutWindow.length + overdue === 0;
}

async function enabled(reading: Promise<readonly string[]>, { homeRegion }: StackPlace) {
  try {
    return await reading;
  } catch (error) {
    throw new CannotRun(
      `The Regions of the account cannot be read in ${homeRegion}: ${stableText(error)}.\nMend it: allow ec2:DescribeRegions; or leave --all-regions out.`,
    );
  }
}
