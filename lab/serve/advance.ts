import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { CommandLine } from "#shared/terminal/arguments.js";
import { CannotRun, given, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { type Advanced, advancePath, closedMeanwhile, endpointFile } from "./control.js";

const helpText = `Lets time pass in a lab that npm run lab:serve serves, and tells what happened.

  npm run lab:advance -- 7d | 1d12h | 90m | 30s | 2026-10-12T04:30:00Z

  --out DIR      folder that lab:serve was given    (default: what AWS_ENDPOINT_URL says, else lab-out)
  --json         the same as JSON, for scripts
  --help         this text

Exit code: 0 when the time has passed, 2 when it could not, or nobody knows.
`;

const place = z.object({ endpoint: z.url() });
const answer = z.union([
  z.object({ error: z.string() }),
  z.object({
    from: z.number(),
    to: z.number(),
    happened: z.array(z.object({ at: z.number(), what: z.string() })),
  }),
]);

/**
 * Lets time pass in a lab that is served.
 *
 * @throws CannotRun when there is none, or it does not understand
 */
export async function advance(
  args: readonly string[],
  { stdout }: Terminal,
  environment = process.env,
): Promise<number> {
  const { span, out, json: asJson, help } = read(args);
  if (help) {
    stdout.write(helpText);
    return 0;
  }
  const { from, to, happened } = await ask(endpointOf(out, environment), span);
  if (asJson) {
    const events = happened.map(({ at, what }) => ({ at: text(at), what }));
    new Printer(stdout).json({ version: 1, from: text(from), to: text(to), happened: events });
    return 0;
  }
  stdout.write(`${text(from)} to ${text(to)}\n`);
  for (const { at, what } of happened) stdout.write(`  ${text(at)}  ${what}\n`);
  if (happened.length === 0) stdout.write("  nothing happened\n");
  return 0;
}

const options = { out: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" } } as const;

function read(args: readonly string[]) {
  const line = new CommandLine({ command: "npm run lab:advance --", options }, "", args, ["out"]);
  const [span = "", ...more] = line.operands;
  if (!line.wantsHelp && (span === "" || more.length > 0)) {
    line.say("Say for how long, once: 7d, 90m or an instant.");
  }
  line.done();
  return { span, out: line.text("out"), json: line.json, help: line.wantsHelp };
}

/** Of several labs that are served, the one that this terminal's other commands reach. */
function endpointOf(out: string | undefined, { AWS_ENDPOINT_URL: exported = "" }: NodeJS.ProcessEnv): string {
  if (out === undefined && exported !== "") {
    if (URL.canParse(exported) && new URL(exported).protocol === "http:") return exported;
    throw new CannotRun(
      `AWS_ENDPOINT_URL: got ${given(exported)}; allowed is what lab:serve told to export. Mend it, unset it, or say --out.`,
    );
  }
  const file = join(out ?? "lab-out", endpointFile);
  if (!existsSync(file)) {
    throw new CannotRun(`No lab is served: there is no ${file}. Start one with: npm run lab:serve`);
  }
  const known = json(place, readFileSync(file, "utf8"));
  if (known === undefined) {
    throw new CannotRun(`${file} does not tell where the lab is. Start the lab anew.`);
  }
  return known.endpoint;
}

/** Where a lab that has written a folder's file still answers, if it does. */
export async function servedFrom(out: string): Promise<string | undefined> {
  const file = join(out, endpointFile);
  const known = existsSync(file) ? json(place, readFileSync(file, "utf8")) : undefined;
  if (known === undefined) return undefined;
  try {
    await post(new URL(known.endpoint));
    return known.endpoint;
  } catch (error) {
    // A lab that was killed has left its file.
    if (error instanceof CannotRun) return undefined;
    throw error;
  }
}

async function ask(endpoint: string, span: string): Promise<Advanced> {
  const said = await post(new URL(`${advancePath}?by=${encodeURIComponent(span)}`, endpoint));
  const done = json(answer, said);
  if (done === undefined) {
    throw new CannotRun(`What answers at ${endpoint} is no lab, or one that failed: ${said.slice(0, 200)}`);
  }
  if ("error" in done) throw new CannotRun(done.error);
  return done;
}

/** Not by fetch, which waits for five minutes at most: a year of a large fleet takes longer. */
function post(url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const what =
        error.code === "ECONNREFUSED"
          ? `Nobody answers at ${url.origin}. Start the lab with: npm run lab:serve`
          : closedMeanwhile;
      reject(new CannotRun(what));
    };
    const sent = request(url, { method: "POST", agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        body += part;
      });
      response.on("end", () => resolve(body));
      response.on("error", failed);
    });
    sent.on("error", failed);
    sent.end();
  });
}

/** What a text of JSON says; undefined when it is none, or of another shape. */
function json<T>(schema: z.ZodType<T>, content: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

function text(time: number): string {
  return new Date(time).toISOString();
}
