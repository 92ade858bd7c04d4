import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Region } from "#lab/aws/region.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import type { Window, WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { loadFleet } from "#lab/fleet/load.js";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { roleOf } from "../aws/lambda/support.js";
import { day, onSundays } from "../support.js";
import { bytes } from "./supportWire.js";

const root = resolve(import.meta.dirname, "../../..");
/** A Friday. */
const from = Date.parse("2026-10-09T00:00:00Z");

/** Stack dev without its central window over the small fleet, three days on: three scans, and an installation after the last of them. */
export interface CliLab {
  readonly lab: Lab;
  readonly home: Region;
  readonly scan: Window;
  readonly install: Window;
  /** The only run of the install window. */
  readonly execution: WindowExecution;
  /** The first node of the fleet. */
  readonly node: LabNode;
}

/** Opens that lab, with a bucket, a function and a group of nodes beside what the stack has. */
export async function openCliLab(): Promise<CliLab> {
  const fleet = loadFleet(join(root, "lab", "fleets", "small.yaml"), 1);
  const dev = stackSettings(root, "dev");
  const settings = {
    ...dev,
    values: { ...dev.values, ...onSundays, "patchplane:stacks": '["scan","install"]' },
  };
  const lab = await openLab({ settings, fleet, from, seed: 1 });
  const { account } = lab;
  const home = account.region("us-east-1");
  const call = { region: home, caller: account.iam.owner };
  account.s3.createBucket({ Bucket: "reports" }, home);
  account.s3.putBucketVersioning({ Bucket: "reports", Status: "Enabled" }, home);
  for (const [Key, text] of [
    ["2026/10/a b+ü.txt", "first"],
    ["2026/10/a b+ü.txt", "second"],
    ["2026/11/c.txt", "third"],
    ["top.txt", "fourth!"],
  ] as const) {
    account.s3.putObject({ Bucket: "reports", Key, Body: bytes(text), ContentType: "text/plain" }, call);
  }
  home.resourceGroups.createGroup({
    Name: "shop",
    Description: "What the shop runs on",
    ResourceQuery: {
      Type: "TAG_FILTERS_1_0",
      Query: JSON.stringify({
        ResourceTypeFilters: ["AWS::EC2::Instance"],
        TagFilters: [{ Key: "App", Values: ["shop"] }],
      }),
    },
  });
  home.lambda.createFunction({
    FunctionName: "greeter",
    Role: roleOf(home, "greeter-role", [{ Effect: "Allow", Action: "logs:*", Resource: "*" }]),
    Handler: "index.handler",
    Runtime: "nodejs22.x",
    Environment: { Variables: { GREETING: "good morning" } },
    code: (folder) => writeFile(join(folder, "index.mjs"), greeter),
  });
  await account.clock.advanceTo(from + 3 * day);
  const [scan, install] = home.windows.all;
  const [execution] = install?.executions ?? [];
  const [node] = home.nodes.all;
  if (scan === undefined || install === undefined || execution === undefined || node === undefined) {
    throw new RangeError("the stack is not what these tests are about");
  }
  return { lab, home, scan, install, execution, node };
}

const greeter = `export const handler = async ({ name }) => {
  if (name === undefined) throw new TypeError("nobody to greet");
  console.log("greeting " + name);
  return { text: process.env.GREETING + ", " + name, at: new Date().toISOString() };
};`;
