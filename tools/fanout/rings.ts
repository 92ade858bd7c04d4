import { decisionFolder } from "#shared/contract/exclusionNames.js";
import type { RingStand } from "#shared/contract/rings.js";
import { table } from "#shared/terminal/table.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { timeText } from "#shared/text/words.js";
import { Arguments } from "./arguments.js";
import { findDeployment } from "./deployment.js";
import type { Surroundings } from "./ports.js";
import { pauseDays, sayingOf, sayOfRing } from "./ringWords.js";
import { type RecordedRun, Runs } from "./runs.js";

/** Runs whose records are read. */
const mostRead = 50;

const ringsHelp = `Tells of each ring of a stack and each of its last cycles whether it started, why not, and what it came to. It changes nothing.
With a word it says something of a ring, which the ring's gate reads when its window opens.

  npm run fanout -- rings --stack NAME [options]
  npm run fanout -- rings pause RING --stack NAME --owner WHO --reason WHY [--until TIME]   it does not start
  npm run fanout -- rings promote RING --stack NAME --owner WHO --reason WHY --until TIME   it starts whatever became of the ring before
  npm run fanout -- rings resume RING --stack NAME --owner WHO --reason WHY                 it is paused no longer

  --stack NAME  stack whose rings they are
  --owner WHO   who says it, up to 200 characters
  --reason WHY  why, up to 500 characters; both stand in the record of a run that it holds or starts
  --until TIME  until when it holds, in UTC: 2026-10-11T13:00Z   (default of pause: ${pauseDays} days from now)
  --json        the same as JSON, for scripts
  --help        this text

The words are objects in the bucket of exclusions: ${decisionFolder}RING/pause.json and promote.json. Those may write them who may approve
(patchplane:approvers), everybody who may write into the bucket where nobody is named there. A run that has begun goes on.
It reads the records of the last ${mostRead} runs. A cycle has the time at which its first ring began; a ring that is held because nobody knows of
which cycle it is has one of its own. The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where it looks and as whom.
Exit code: 0 when no ring was held in the last cycle, or the word was written; 1 when one was held; 2 when nothing can be told, or was written.
`;

/** A run of a ring in a cycle. */
interface RingRun {
  readonly cycle: string;
  readonly ring: string;
  readonly runId: string;
  readonly startedAt: string;
  /** Whether its window has begun it, and nobody by hand. */
  readonly byWindow: boolean;
  readonly verdict: RingStand["verdict"];
  readonly why: readonly string[];
  /** As the closed record has it, or `open`. */
  readonly end: string;
  readonly nodes?: { readonly members: number; readonly patched: number; readonly failed: number };
}

/** Tells rings by cycles. */
export async function rings(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("rings", args, ["stack", "owner", "reason", "until"]);
  if (options.wantsHelp) {
    terminal.stdout.write(ringsHelp);
    return 0;
  }
  const saying = sayingOf(options);
  const stack = options.stack();
  options.done();
  const deployment = await findDeployment(surroundings, stack);
  if (deployment.rings.length === 0)
    throw new CannotRun(`Stack ${stack} has no rings as it is deployed, but one central window.`);
  if (saying !== undefined) {
    const say = (line: string) => terminal.stderr.write(`${line}\n`);
    const clock = await surroundings.clock(deployment.homeRegion, say);
    return sayOfRing(deployment, saying(clock()), { stdout: terminal.stdout, json: options.json });
  }
  const runs = ringRuns(await new Runs(deployment).last(mostRead), deployment.rings);
  const printer = new Printer(terminal.stdout);
  if (options.json) printer.json({ version: 1, stack, rings: deployment.rings, runs });
  else if (runs.length === 0) printer.lines(["No ring has had a run yet."]);
  else printer.lines(ringLines(runs, printer.paint));
  const [newest] = runs;
  return runs.some(({ cycle, verdict }) => cycle === newest?.cycle && verdict === "held") ? 1 : 0;
}

/** The runs of rings, the newest cycle first and within it in the order of the rings. */
function ringRuns(runs: readonly RecordedRun[], names: readonly string[]): RingRun[] {
  const found = runs.flatMap(({ record }): RingRun[] => {
    const { ring, runId, startedAt, request } = record;
    if (ring === undefined) return [];
    const { name, cycle, verdict, why } = ring;
    const byWindow = request.ring?.WindowExecutionId !== undefined;
    const closed = "end" in record ? record : undefined;
    return [
      {
        ...{ cycle, ring: name, runId, startedAt, byWindow, verdict, why, end: closed?.end ?? "open" },
        ...(closed === undefined ? {} : { nodes: nodesOf(closed.totals) }),
      },
    ];
  });
  const place = ({ ring }: RingRun) => names.indexOf(ring);
  return found.sort(
    (a, b) =>
      Date.parse(b.cycle) - Date.parse(a.cycle) ||
      place(a) - place(b) ||
      Date.parse(a.startedAt) - Date.parse(b.startedAt),
  );
}

function nodesOf({ members, patched, failed }: NonNullable<RingRun["nodes"]>) {
  return { members, patched, failed };
}

function ringLines(runs: readonly RingRun[], paint: Printer["paint"]): string[] {
  const rows = runs.map(({ cycle, ring, runId, byWindow, verdict, end, nodes }) => [
    ...[timeText(cycle), ring, runId, byWindow ? "window" : "hand", verdict, end],
    ...(nodes === undefined ? ["", "", ""] : [nodes.members, nodes.patched, nodes.failed].map(String)),
  ]);
  const head = ["Cycle", "Ring", "Run", "By", "Gate", "State", "Nodes", "Patched", "Failed"];
  const told = runs.flatMap(({ cycle, ring, verdict, why }) =>
    why.map((clause) => `${ring} in ${timeText(cycle)} ${verdict}: ${clause}`),
  );
  return [...table(head, rows, paint), ...(told.length === 0 ? [] : ["", ...told])];
}
