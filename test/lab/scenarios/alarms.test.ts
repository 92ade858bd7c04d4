import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { windowClosingName } from "#shared/contract/windowClosing.js";
import { windowEndFunctionName } from "#shared/contract/windowEnd.js";
import { settle } from "../../support/mocks.js";
import { deployStack } from "../../support/program.js";
import { all } from "../recordsSupport.js";
import { hour, minute, type node } from "../support.js";
import { without } from "./accessSupport.js";
import { patchAgainst } from "./breachSupport.js";
import { idOf, manifest } from "./exclusionSupport.js";
import {
  closingFunction,
  east,
  FanoutLab,
  server,
  startFunction,
  stoppingFunction,
} from "./fanoutSupport.js";

/** Each window opens twice in half a day, for an hour, after the one before has ended, and once in seven hours. */
const values = {
  installSchedule: "cron(0 0/6 ? * * *)",
  scanSchedule: "cron(0 2/6 ? * * *)",
  fanoutSchedule: "cron(0 4/6 ? * * *)",
  ...{ installDurationHours: "1", installCutoffHours: "0", scanDurationHours: "1", scanCutoffHours: "0" },
  ...{ fanoutDurationHours: "1", fanoutCutoffHours: "0" },
};

const processor = "SSM-patchplane-dev-exclusions";
const endFunction = windowEndFunctionName("patchplane-dev-install");
const recordFunction = windowClosingName("patchplane-dev");

/** Rules reach no topic. */
const toNoTopic = all(
  without("notifications-failures-policy", "Rules"),
  without("notifications-completions-policy", "Rules"),
);
/** Rules reach no function, and not the queue for what they could not deliver. */
const nowhere = all(
  toNoTopic,
  without("notifications-undelivered-policy", "RulesOfThisAccount"),
  (type, _, inputs) =>
    type === "aws:lambda/permission:Permission" && inputs.principal === "events.amazonaws.com"
      ? { ...inputs, sourceArn: "arn:aws:events:us-east-1:123456789012:rule/another" }
      : inputs,
);

interface Run {
  readonly fleet?: readonly ReturnType<typeof node>[];
  readonly change?: ResourceChange;
  readonly rings: readonly string[];
  readonly during?: (lab: FanoutLab) => Promise<void>;
}

/** What goes wrong for half a day, and which alarms go off for it, among others. */
const runs: Readonly<Record<string, Run>> = {
  "rules reach nobody, and their queue takes nothing": {
    change: nowhere,
    during: (lab) => {
      // As if the one before still ran, or a task had failed. User guide of Systems Manager, events of maintenance windows.
      for (const { id, name } of lab.home.windows.all)
        lab.home.events.emit({
          source: "aws.ssm",
          "detail-type": "Maintenance Window Execution State-change Notification",
          resources: [],
          detail: {
            "window-id": id,
            "window-execution-id": "e",
            status: name.endsWith("-fanout") ? "FAILED" : "SKIPPED_OVERLAPPING",
          },
        });
      return Promise.resolve();
    },
    rings: [
      ...["install", "scan", "central"].flatMap((window) => [
        `${window}-completed-rule-lost-alarm`,
        `${window}-failed-rule-lost-alarm`,
      ]),
      ...["exclusions-hourly-lost-alarm", "central-hourly-lost-alarm", "central-ended-lost-alarm"],
      ...["records-hourly-lost-alarm", "records-ended-lost-alarm"],
      // The functions that look after the windows are not called.
      "overdue-alarm",
    ],
  },
  "no node is there, and topics do not take what rules say": {
    fleet: [server(east, { tags: { PatchGroup: "others" } })],
    change: toNoTopic,
    rings: [
      ...["notifications-undelivered-alarm", "patchplane-dev-install-hollow", "patchplane-dev-scan-hollow"],
      "central-start-hollow-alarm",
    ],
  },
  "functions cannot do their work": {
    change: all(
      without("exclusions-role-policy", "SeeNodesAndBaselines"),
      without("central-start-role-policy", "StartTheRunbook"),
    ),
    during: async (lab) => {
      for (const folder of ["runs/open", "runs/windows/open"])
        lab.put(lab.bucket, `${folder}/broken.json`, "broken");
      for (const functionArn of [stoppingFunction, endFunction])
        lab.home.lambda.invokeAsync({ functionArn, payload: "{}", source: "test" });
    },
    rings: [
      ...[
        "exclusions-errors-alarm",
        "exclusions-regions-alarm",
        "central-start-errors-alarm",
        "central-closing-errors-alarm",
      ],
      "records-closing-errors-alarm",
      ...["central-stopping-errors-alarm", "install-end-errors-alarm"],
      ...["central-start-regions-alarm", "central-closing-regions-alarm"],
    ],
  },
  "functions have no room": {
    // A deployment that finds no room to ask the processor fails.
    during: async (lab) => {
      for (const { name: FunctionName } of lab.home.lambda.all)
        lab.home.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 });
      const functions = [startFunction, stoppingFunction, closingFunction, endFunction, recordFunction];
      for (const functionName of functions) {
        lab.home.lambda.invokeAsync({ functionArn: functionName, payload: "{}", source: "test" });
      }
    },
    rings: [
      "exclusions",
      "central-start",
      "central-stopping",
      "central-closing",
      "install-end",
      "records-closing",
    ].map((name) => `${name}-throttles-alarm`),
  },
  "others patch a node that is held and write the tags of another, and the only one left is slow": {
    fleet: [
      server(east),
      server(east, { tags: { PatchGroup: "others", "patchplane:base-group": "dev-servers" } }),
      server(east, { speed: 100 }),
    ],
    during: async (lab) => {
      const bucket = lab.home.lambda.find(processor).input.Environment?.Variables?.BUCKET ?? "";
      lab.put(bucket, "exclusions/a.yaml", manifest({ id: "held", nodes: [idOf(0)], expires: "2026-06-30" }));
      const { clock } = lab.lab.account;
      clock.at(lab.now + 45 * minute, () => patchAgainst(lab, 0));
      // Half an hour after each run has put it right, and so long before the next one that it is shown what was written.
      const first = Math.ceil(lab.now / hour) * hour + 20 * minute;
      const tags = { Environment: "dev", PatchGroup: "others", "patchplane:base-group": "dev-servers" };
      for (let half = 1; half < 22; half++) {
        clock.at(first + half * 30 * minute, () => lab.home.tags.set(lab.home.nodeArn(idOf(1)), tags));
      }
    },
    rings: [
      ...["exclusions-breach-alarm", "exclusions-foreign-alarm", "central-closing-hollow-alarm"],
      ...["central-stopping-late-alarm", "install-end-late-alarm"],
    ],
  },
};

describe("every alarm of the shipped stacks", () => {
  afterEach(settle);

  /** Names of the alarms that tell somebody; those of others' parts tell nobody. */
  async function alarmsOf(stack: string): Promise<string[]> {
    const { resources } = (await deployStack(stack)).recording;
    return resources
      .filter(({ props }) => Array.isArray(props.alarmActions) && props.alarmActions.length > 0)
      .map(({ name, props }) =>
        String(props.alarmName ?? name).replace(`patchplane-${stack}-`, "patchplane-dev-"),
      )
      .sort();
  }

  /** Seven hours, or half a day at most until all of these have gone off. */
  async function passing(run: Omit<Run, "rings">, rings?: readonly string[]): Promise<string[]> {
    const { fleet = [server(east), server(east)], change, during } = run;
    const wishes = { fleet, values, regions: [east], records: true };
    const lab = await FanoutLab.open({ ...wishes, ...(change ? { change } : {}) });
    try {
      await lab.advance(minute);
      await during?.(lab);
      const isOver = () => rings?.every((alarm) => lab.alarms.includes(alarm)) === true;
      for (let hours = 0; hours < (rings === undefined ? 7 : 12) && !isOver(); hours++)
        await lab.advance(hour);
      return lab.alarms;
    } finally {
      await lab.close();
    }
  }

  it("goes off in one of the runs here, and the two stacks have the same", async () => {
    const alarms = await alarmsOf("dev");
    expect(await alarmsOf("prod")).to.eql(alarms);
    expect([...new Set(Object.values(runs).flatMap(({ rings }) => rings))].sort()).to.eql(alarms);
  });

  it("is silent for seven hours in which all goes well", async () => {
    expect(await passing({})).to.eql([]);
  });

  for (const [what, { rings, ...run }] of Object.entries(runs)) {
    it(`goes off where it should when ${what}`, async () => {
      expect(await passing(run, rings)).to.include.members([...rings]);
    });
  }
});
