import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { Terminal } from "../cli.js";
import { readServeOptions, serveHelpText } from "../options.js";
import { prepareFolder, writeFiles } from "../output.js";
import { type Lab, openLab } from "../run.js";
import { settingOf } from "../setting.js";
import { controlOf } from "./control.js";

/** Name of the file in the output folder that tells where the lab is. */
export const endpointFile = "endpoint.json";

/**
 * Serves a lab until it is told to stop.
 *
 * @param stop resolves when the person at the keyboard has had enough
 * @throws UsageError, FleetError
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
  const lab = await openLab(setting, { port: options.port, control: controlOf });
  const file = join(options.out, endpointFile);
  try {
    writeFiles(options.out, { [endpointFile]: `${JSON.stringify({ endpoint: lab.endpoint.url })}\n` });
    stdout.write(
      greeting(lab, setting.settings.homeRegion, options.stack, relative(process.cwd(), options.fleet)),
    );
    await stop();
    stdout.write("The lab is closed.\n");
    return 0;
  } finally {
    rmSync(file, { force: true });
    await lab.close();
  }
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

Ctrl-C closes the lab.
`;
}
