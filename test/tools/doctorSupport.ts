import { type Lab, openLab } from "#lab/run.js";
import { defaultAnswers } from "#lab/unknowns.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { awsDoctorPorts } from "#tools/doctor/aws.js";
import { awsExercisePorts } from "#tools/doctor/exercise/aws.js";
import type { PortsOf } from "#tools/doctor/exercise/run.js";
import type { Finding } from "#tools/doctor/finding.js";
import { main } from "#tools/doctor/main.js";
import { account, at, node } from "../lab/support.js";
import { collector, type Ran, root } from "./support.js";

export const from = at("2026-09-01T00:00:00Z");
export const home = "us-east-1";
const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] as const;

/** Nodes that carry a stack's tags in some Regions, and three that carry none: without an agent, out of reach, not running. */
export function fleetOf(group: string, environment: string, regions: readonly string[]) {
  const tags = { PatchGroup: group, Environment: environment };
  return [
    ...[home, ...regions].map((region) => node({ region, tags, speed: 1 })),
    node({ agent: false }),
    node({ connectionLost: true }),
    node({ state: "stopped" }),
  ];
}

/** A stack of the project in a lab, and the doctor on it. */
export class Patient {
  private constructor(
    readonly lab: Lab,
    readonly stack: string,
    private readonly environment: ReadonlyMap<string, string | undefined>,
  ) {}

  /** @param isPrompt whether what is written is seen at once, so that a test need not wait for it */
  static async open(stack: string, fleet: ReturnType<typeof fleetOf>, isPrompt: boolean): Promise<Patient> {
    const lab = await openLab({
      settings: stackSettings(root, stack),
      fleet: account(fleet).account.fleet,
      from,
      seed: 1,
      unknowns: isPrompt ? { ...defaultAnswers, tagsSeen: "atOnce", justMade: "atOnce" } : defaultAnswers,
    });
    const environment = new Map(names.map((name) => [name, process.env[name]]));
    const patient = new Patient(lab, stack, environment);
    patient.become(lab.account.credentials.owner);
    return patient;
  }

  /** Calls with another key from now on. */
  become({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }): void {
    const values = [this.lab.endpoint.url, accessKeyId, secretAccessKey, home];
    for (const [index, name] of names.entries()) process.env[name] = values[index];
  }

  get region() {
    return this.lab.account.region(home);
  }

  /** Calls an operation as the account's owner. */
  async call(
    service: string,
    operation: string,
    input: object,
    region = home,
  ): Promise<Record<string, never>> {
    const { account } = this.lab;
    const answer = await account.api?.perform({
      ...{ service, operation, input },
      region: account.region(region),
      caller: account.iam.owner,
    });
    return answer as Record<string, never>;
  }

  /** @param how `isImpatient` for somebody who ends the first wait by Ctrl-C */
  async run(args: readonly string[] = [], where = root, how = { isImpatient: false }): Promise<Ran> {
    const [stdout, stderr] = [Object.assign(collector(), { isTTY: false, columns: 120 }), collector()];
    const { clock: time } = this.lab.account;
    const clock = () => time.now;
    const interruption = new AbortController();
    const surroundings = {
      root: where,
      portsOf: async (region: string, now: () => number) => awsDoctorPorts(region, now),
      clock: async () => clock,
      exercisePortsOf: async (...place: Parameters<PortsOf>) => awsExercisePorts(...place),
      pause: async (span: number) => {
        if (how.isImpatient) interruption.abort();
        else await time.advanceTo(time.now + span);
      },
      interrupted: interruption.signal,
    };
    const code = await main(["--stack", this.stack, ...args], { stdout, stderr }, surroundings);
    return { code, out: stdout.text(), err: stderr.text() };
  }

  async findings(where = root): Promise<readonly Finding[]> {
    const { out, err } = await this.run(["--json"], where);
    if (err !== "") throw new Error(err);
    return JSON.parse(out).findings;
  }

  async close(): Promise<void> {
    for (const [name, value] of this.environment) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await this.lab.close();
  }
}

/** Start of the names of stack dev. */
export const prefix = "patchplane-dev";
export const topic = `arn:aws:sns:${home}:123456789012:notifications-failures`;

/** A window by its name. */
export const windowOf = ({ region }: Patient, name: string) => {
  const found = region.windows.all.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no window ${name}`);
  return found;
};

/** Something that is wrong, how the doctor is to call it, and how it is put right where the doctor's line does not. */
export interface Fault {
  readonly what: string;
  readonly id: string;
  /** What the finding must name. */
  readonly names: RegExp;
  /** Faults of one number are applied together. */
  readonly turn: number;
  readonly apply: (patient: Patient) => unknown;
  /** Without it, the line that the doctor gives is tried. */
  readonly undo?: (patient: Patient) => unknown;
}

/** A policy of statements. */
export const document = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Another policy of a resource, and the one from before. */
export function policy(arn: string, change: (document: string) => string) {
  let before = "";
  return {
    apply: ({ lab: { account } }: Patient) => {
      before = account.iam.resourcePolicy(arn) ?? "";
      account.iam.putResourcePolicy(arn, change(before));
    },
    undo: ({ lab: { account } }: Patient) => account.iam.putResourcePolicy(arn, before),
  };
}
/** A policy without the statements in which a text stands. */
export const without = (text: string) => (before: string) => {
  const parsed: { Statement: object[] } = JSON.parse(before);
  return document(...parsed.Statement.filter((one) => !JSON.stringify(one).includes(text)));
};
