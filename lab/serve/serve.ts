import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import { CannotRun, type Terminal } from "#shared/terminal/terminal.js";
import { readServeOptions, serveHelpText } from "../command/options.js";
import { prepareFolder, writeFiles } from "../command/output.js";
import { settingOf } from "../command/setting.js";
import { type Lab, type LabSetting, openLab } from "../run.js";
import { controlOf } from "./control.js";

/** Name of the file in the output folder that tells where the lab is. */
export const endpointFile = "endpoint.json";

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
  // From here on, so that Ctrl-C at any moment leaves nothing behind.
  const stopped = stop();
  const closing = new AbortController();
  const lab = await open(setting, options.port, closing.signal);
  const text = `${JSON.stringify({ endpoint: lab.endpoint.url })}\n`;
  try {
    writeFiles(options.out, { [endpointFile]: text });
    stdout.write(
      greeting(lab, setting.settings.homeRegion, options.stack, relative(process.cwd(), options.fleet)),
    );
    await stopped;
  } finally {
    closing.abort();
    remove(join(options.out, endpointFile), text);
    // What is going on comes to an end first: functions that work need the endpoint.
    while (lab.account.clock.isPassing) await othersTurn();
    await lab.close();
  }
  if (lab.endpoint.failures.length > 0) throw lab.endpoint.failures[0];
  stdout.write("The lab is closed.\n");
  return 0;
}

async function open(setting: LabSetting, port: number, closing: AbortSignal): Promise<Lab> {
  try {
    return await openLab(setting, { port, control: (account) => controlOf(account, closing) });
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

function greeting({ account, endpoint }: Lab, homeRegion: string, stack: string, fleet: string): string {
  const { accessKeyId, secretAccessKey } = account.credentials.owner;
  const variables = {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: homeRegion,
    AWS_DEFAULT_REGION: homeRegion,
  };
  const exports = Object.entries(variables).map(([name, value]) => `  export ${name}=${value}\n`);
  return `Stack ${stack}, ${account.fleet.nodes.length} nodes of ${fleet}; in the lab it is ${new Date(account.clock.now).toISOString()}.
In another terminal:

${exports.join("")}
  aws ssm describe-maintenance-windows
  npm run lab:advance -- 7d

A CLI older than 2.13 needs --endpoint-url $AWS_ENDPOINT_URL in each command.

Ctrl-C closes the lab.
`;
}
