import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import { prepareFolder, writeFiles } from "#shared/terminal/output.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { latestRights } from "../aws/iam/lateRights.js";
import { readServeOptions, serveHelpText } from "../command/options.js";
import { settingOf } from "../command/setting.js";
import { type Lab, type LabSetting, openLab } from "../run.js";
import { servedFrom } from "./advance.js";
import { controlOf, endpointFile } from "./control.js";

const minute = 60_000;

/**
 * Serves a lab until it is told to stop.
 *
 * @param stop resolves when the person at the keyboard has had enough
 * @throws CannotRun, FleetError
 */
export async function serve(
  args: readonly string[],
  root: string,
  { stdout }: Terminal,
  stop: () => Promise<unknown>,
): Promise<number> {
  const options = readServeOptions(args, root);
  if (options.help) {
    stdout.write(serveHelpText);
    return 0;
  }
  const setting = settingOf(options, root);
  prepareFolder(options.out);
  const other = await servedFrom(options.out);
  if (other !== undefined) {
    throw new CannotRun(
      `--out: a lab is served from ${options.out} already, at ${other}. End it, or name another folder.`,
    );
  }
  // From here on, so that Ctrl-C at any moment leaves nothing behind.
  const stopped = stop();
  const closing = new AbortController();
  const lab = await open(setting, options.port, closing.signal);
  const text = `${JSON.stringify({ endpoint: lab.endpoint.url })}\n`;
  try {
    writeFiles(options.out, { [endpointFile]: text });
    const exports = exportsOf(lab, setting.settings.homeRegion);
    if (options.json)
      new Printer(stdout).json({ version: 1, stack: options.stack, ...whereItIs(lab), exports });
    else stdout.write(greeting(lab, exports, options.stack, relative(process.cwd(), options.fleet)));
    await stopped;
  } finally {
    closing.abort();
    remove(join(options.out, endpointFile), text);
    // What is going on comes to an end first: functions that work need the endpoint.
    while (lab.account.clock.isPassing) await othersTurn();
    await lab.close();
  }
  if (lab.endpoint.failures.length > 0) throw lab.endpoint.failures[0];
  if (!options.json) stdout.write("The lab is closed.\n");
  return 0;
}

async function open(setting: LabSetting, port: number, closing: AbortSignal): Promise<Lab> {
  try {
    const lab = await openLab(setting, { port, control: (account) => controlOf(account, closing) });
    const { clock } = lab.account;
    // From then on everybody knows what the roles may do: who looks around has no part in that.
    const settled = Math.max(clock.now, setting.from + latestRights);
    await clock.advanceTo(Math.ceil(settled / minute) * minute);
    return lab;
  } catch (error) {
    const isPort = error instanceof Error && "syscall" in error && error.syscall === "listen";
    if (!isPort) throw error;
    throw new CannotRun(
      `--port: cannot listen on port ${port}: ${error.message}. Name another port, or none.`,
    );
  }
}

/** Unless another lab has written it since. */
function remove(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) rmSync(file);
}

/** Variables of the environment by which a program reaches the lab. */
function exportsOf({ account, endpoint }: Lab, homeRegion: string): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = account.credentials.owner;
  return {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: homeRegion,
    AWS_DEFAULT_REGION: homeRegion,
  };
}

function whereItIs({ account }: Lab): { readonly nodes: number; readonly now: string } {
  return { nodes: account.fleet.nodes.length, now: new Date(account.clock.now).toISOString() };
}

function greeting(lab: Lab, exports: ReturnType<typeof exportsOf>, stack: string, fleet: string): string {
  const { nodes, now } = whereItIs(lab);
  const lines = Object.entries(exports).map(([name, value]) => `  export ${name}=${value}\n`);
  return `Stack ${stack}, ${nodes} nodes of ${fleet}; in the lab it is ${now}.
In another terminal:

${lines.join("")}
  aws ssm describe-maintenance-windows
  npm run lab:advance -- 7d

A CLI older than 2.13 needs --endpoint-url $AWS_ENDPOINT_URL in each command.

Ctrl-C closes the lab.
`;
}
