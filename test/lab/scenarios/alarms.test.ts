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

/** Each window opens twice in half a day, for an hour, after the one before has ended. */
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
const withoutRoom: ResourceChange = (type, _, inputs) =>
  type === "aws:lambda/function:Function" ? { ...inputs, reservedConcurrentExecutions: 0 } : inputs;
const unreadableRecord: ResourceChange = (_type, name, inputs) =>
  name === "exclusion-record-object" ? { ...inputs, content: "broken" } : inputs;

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
    rings: [
      ...["install", "scan", "central"].map((window) => `${window}-completed-rule-lost-alarm`),
      ...["exclusions-hourly-lost-alarm", "central-hourly-lost-alarm", "central-ended-lost-alarm"],
      ...["records-hourly-lost-alarm", "records-ended-lost-alarm"],
      // The functions that look after the windows are not called.
      "overdue-alarm",
    ],
  },
  "windows fail besides": {
    change: all(
      nowhere,
      without("install-role-policy", "RunThePatchDocument"),
      without("scan-role-policy", "RunThePatchDocument"),
      without("central-window-role-policy", "CallTheFunctions"),
    ),
    during: (lab) => {
      // As if the one before still ran. User guide of Systems Manager, events of maintenance windows.
      for (const { id, name } of lab.home.windows.all)
        if (!name.endsWith("-fanout"))
          lab.home.events.emit({
            source: "aws.ssm",
            "detail-type": "Maintenance Window Execution State-change Notification",
            resources: [],
            detail: { "window-id": id, "window-execution-id": "e", status: "SKIPPED_OVERLAPPING" },
          });
      return Promise.resolve();
    },
    rings: ["install", "scan", "central"].map((window) => `${window}-failed-rule-lost-alarm`),
  },
  "no node is there, and topics do not take what rules say": {
    fleet: [server(east, { tags: { PatchGroup: "others" } })],
    change: toNoTopic,
    rings: [
      ...["notifications-undelivered-alarm", "patchplane-dev-install-hollow", "patchplane-dev-scan-hollow"],
      "central-start-hollow-alarm",
    ],
  },
  "no node can be reached, and somebody else writes the tags of another": {
    fleet: [
      server(east, { connectionLost: true }),
      server(east, { tags: { PatchGroup: "others", "patchplane:base-group": "dev-servers" } }),
    ],
    during: async (lab) => {
      // Half an hour after each run has put it right, and so long before the next one that it is shown what was written.
      const { clock } = lab.lab.account;
      const first = Math.ceil(lab.now / hour) * hour + 20 * minute;
      const tags = { Environment: "dev", PatchGroup: "others", "patchplane:base-group": "dev-servers" };
      for (let half = 1; half < 22; half++) {
        clock.at(first + half * 30 * minute, () => lab.home.tags.set(lab.home.nodeArn(idOf(1)), tags));
      }
    },
    rings: ["central-closing-hollow-alarm", "exclusions-foreign-alarm"],
  },
  "somebody patches a node that is held": {
    during: async (lab) => {
      const bucket = lab.home.lambda.find(processor).input.Environment?.Variables?.BUCKET ?? "";
      lab.put(bucket, "exclusions/a.yaml", manifest({ id: "held", nodes: [idOf(0)], expires: "2026-06-30" }));
      lab.lab.account.clock.at(lab.now + 45 * minute, () => patchAgainst(lab, 0));
    },
    rings: ["exclusions-breach-alarm"],
  },
  "functions cannot do their work": {
    change: all(unreadableRecord, without("central-start-role-policy", "StartTheRunbook")),
    during: async (lab) => {
      for (const folder of ["runs/open", "runs/windows/open"])
        lab.put(lab.bucket, `${folder}/broken.json`, "broken");
      for (const functionArn of [stoppingFunction, endFunction])
        lab.home.lambda.invokeAsync({ functionArn, payload: "{}", source: "test" });
    },
    rings: [
      ...["exclusions-errors-alarm", "central-start-errors-alarm", "central-closing-errors-alarm"],
      "records-closing-errors-alarm",
      ...["central-stopping-errors-alarm", "install-end-errors-alarm"],
      ...["central-start-regions-alarm", "central-closing-regions-alarm"],
    ],
  },
  "the exclusion processor cannot read its Regions": {
    change: without("exclusions-role-policy", "SeeNodesAndBaselines"),
    rings: ["exclusions-errors-alarm", "exclusions-regions-alarm"],
  },
  "functions have no room": {
    change: withoutRoom,
    during: async (lab) => {
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
  "a node is at work when its window has ended": {
    fleet: [server(east, { speed: 40 })],
    rings: ["central-stopping-late-alarm", "install-end-late-alarm"],
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

  /** Half a day, or less as soon as all of these have gone off. */
  async function half(run: Omit<Run, "rings">, rings?: readonly string[]): Promise<string[]> {
    const { fleet = [server(east), server(east)], change, during } = run;
    const wishes = { fleet, values, regions: [east], records: true };
    const lab = await FanoutLab.open({ ...wishes, ...(change ? { change } : {}) });
    try {
      await lab.advance(minute);
      await during?.(lab);
      const isOver = () => rings?.every((alarm) => lab.alarms.includes(alarm)) === true;
      for (let hours = 0; hours < 12 && !isOver(); hours++) await lab.advance(hour);
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

  it("is silent for half a day in which all goes well", async () => {
    expect(await half({})).to.eql([]);
  });

  for (const [what, { rings, ...run }] of Object.entries(runs)) {
    it(`goes off where it should when ${what}`, async () => {
      expect(await half(run, rings)).to.include.members([...rings]);
    });
  }
});
