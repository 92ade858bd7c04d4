import type { ExecutionSummary, NodeSummary, Summary } from "#lab/report/summary/summary.js";
import { causesOf, known, under } from "./causesSupport.js";
import { exclusions } from "./exclusionsSupport.js";
import { messages } from "./messagesSupport.js";
import {
  dayMs,
  homeRegion,
  hourMs,
  installName,
  installWindow,
  minuteMs,
  scanExecution,
  scanName,
  scanWindow,
  shownFrom,
  shownTo,
  time,
} from "./windowsSupport.js";

export { command, execution, time } from "./windowsSupport.js";

const systems = [
  {
    operatingSystem: "AMAZON_LINUX_2023",
    platform: "Amazon Linux 2023",
    role: "web",
    baselineId: "pb-0a1b2c3d4e5f60711",
  },
  { operatingSystem: "UBUNTU", platform: "Ubuntu 24.04", role: "api", baselineId: "pb-0a1b2c3d4e5f60722" },
  {
    operatingSystem: "WINDOWS",
    platform: "Microsoft Windows Server 2022 Datacenter",
    role: "ad",
    baselineId: "pb-0a1b2c3d4e5f60733",
  },
] as const;

export function node(index: number, changes: Partial<NodeSummary> = {}): NodeSummary {
  const system = systems[index % 3] ?? systems[0];
  const { state = "compliant", reasons = [] } = changes;
  const isFine = state === "compliant" && reasons.length === 0;
  const number = String(index + 1).padStart(2, "0");
  return {
    id: `i-0${(0xa1b2c3d4e5f000 + index * 7919).toString(16).padStart(16, "0")}`,
    name: `${system.role}-${number}.prod`,
    region: homeRegion,
    operatingSystem: system.operatingSystem,
    platform: system.platform,
    patchGroup: "prod",
    state: "compliant",
    ...(isFine ? { cause: null, who: null } : under(known.failed)),
    reasons: isFine ? [] : ["httpd failed to install"],
    windows: [scanName, installName],
    baselineId: system.baselineId,
    onDefaultBaseline: false,
    installed: 40 + ((index * 13) % 29),
    installedOther: 210 + ((index * 31) % 90),
    installedRejected: 0,
    pendingReboot: 0,
    missing: 0,
    failed: 0,
    availableSecurityUpdates: 0,
    lastOperation: "Install",
    lastReportedAt: time(shownFrom + 27 * dayMs + 10 * hourMs + index * minuteMs),
    ...changes,
  };
}

function unseen(
  index: number,
  cause: ReturnType<typeof under>,
  reasons: string[],
  changes: Partial<NodeSummary> = {},
): NodeSummary {
  const nothing = {
    installed: 0,
    installedOther: 0,
    baselineId: null,
    lastOperation: null,
    lastReportedAt: null,
  };
  return node(index, { state: "unknown", reasons, ...cause, ...nothing, ...changes });
}

function allNodes(): NodeSummary[] {
  const all = Array.from({ length: 33 }, (_, index) => node(index));
  all[4] = node(4, {
    state: "non-compliant",
    ...under(known.stopped),
    reasons: ["Stopped from 30 Oct; missed the install of 1 Nov"],
    missing: 11,
    lastReportedAt: time(shownFrom + 24 * dayMs + 2 * hourMs),
    lastOperation: "Scan",
  });
  all[7] = node(7, {
    state: "non-compliant",
    reasons: ["linux-image-6.8.0-85-generic failed to install"],
    failed: 1,
  });
  all[11] = node(11, {
    state: "non-compliant",
    ...under(known.reboot),
    reasons: ["KB5066782 waits for a reboot"],
    pendingReboot: 1,
  });
  all[16] = node(16, {
    state: "compliant",
    ...under(known.exclusion),
    reasons: ["openssl is excluded until 31 Dec 2026 (payments-openssl)"],
  });
  all[20] = node(20, {
    state: "non-compliant",
    ...under(known.fallback),
    reasons: ['No baseline for patch group "legacy": patched by AWS-WindowsPredefinedPatchBaseline-OS'],
    patchGroup: "legacy",
    baselineId: "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-020d361a05defe4ed",
    onDefaultBaseline: true,
    missing: 4,
  });
  return [
    ...all,
    unseen(33, under(known.noTag), ["Carries no patch group tag: in no window"], {
      patchGroup: null,
      windows: [],
    }),
    unseen(34, under(known.noTag), ["Carries no patch group tag: in no window"], {
      patchGroup: null,
      windows: [],
    }),
    unseen(35, under(known.otherTag), ['Patch group "Prod" is written unlike "prod": in no window'], {
      patchGroup: "Prod",
      windows: [],
    }),
    unseen(36, under(known.stopped), ["Stopped through the whole run"]),
    unseen(37, under(known.lost), ["SSM Agent does not answer: connection lost since 12 Sep"]),
    unseen(38, under(known.noAgent), ["Not a managed node: no instance profile"], { windows: [] }),
    unseen(39, under(known.noAgent), ["Not a managed node: no SSM Agent"], { windows: [] }),
  ];
}

function compliance(): Summary["compliance"] {
  const samples: Summary["compliance"] = [
    { at: time(shownFrom), compliant: 0, nonCompliant: 0, unknown: 40 },
  ];
  const installs = [0, 29, 24, 28, 29];
  for (let day = 0; day < 28; day++) {
    const base = day < 6 ? 3 : (installs[Math.floor((day + 1) / 7)] ?? 0);
    const scanned =
      day === 6 || day === 13 || day === 20 || day === 27 ? (installs[Math.floor(day / 7)] ?? 0) : base;
    const before = Math.max(3, scanned - (day === 13 || day === 20 ? 4 : 0));
    samples.push({
      at: time(shownFrom + day * dayMs + 4 * hourMs),
      compliant: before,
      nonCompliant: 33 - before,
      unknown: 7,
    });
    if ((day + 1) % 7 === 0) {
      const after = installs[(day + 1) / 7] ?? 0;
      samples.push({
        at: time(shownFrom + day * dayMs + 11 * hourMs),
        compliant: after,
        nonCompliant: 33 - after,
        unknown: 7,
      });
    }
  }
  return samples;
}

/** Four weeks of forty nodes in which a good deal goes wrong. */
export function summary(changes: Partial<Summary> = {}): Summary {
  const { nodes = allNodes() } = changes;
  return {
    version: 1,
    run: {
      project: "patchplane",
      stack: "prod",
      fleet: "shop.yaml",
      seed: 7,
      from: time(shownFrom),
      to: time(shownTo),
      days: 28,
      accountId: "123456789012",
      homeRegion: homeRegion,
    },
    verdict: {
      windowsDidTheirJob: false,
      problems: [
        "patchplane-prod-install ran out of time on 18 Oct: 13 of 33 nodes were not done",
        "patchplane-prod-install was stopped by its error limit on 25 Oct: 3 nodes failed, 19 were never tried",
        "patchplane-prod-install says SUCCESS on 11 Oct, but 3 nodes were not done",
        "patchplane-prod-scan was skipped on 14 Oct and never opened on 20 Oct",
      ],
    },
    fleet: {
      nodes: 40,
      hybrid: 3,
      byRegion: { [homeRegion]: 40 },
      byOperatingSystem: { AMAZON_LINUX_2023: 14, UBUNTU: 13, WINDOWS: 13 },
    },
    deployments: [],
    windows: [scanWindow(), installWindow()],
    closingRecords: [],
    compliance: compliance(),
    uncovered: [
      { reason: "In no window: no patch group tag", nodes: 2, examples: ["web-34.prod", "api-35.prod"] },
      { reason: "In no window: patch group that no window selects", nodes: 1, examples: ["ad-36.prod"] },
      { reason: "Stopped whenever a window was open", nodes: 1, examples: ["web-37.prod"] },
      { reason: "Offline: the SSM Agent does not answer", nodes: 1, examples: ["api-38.prod"] },
      { reason: "Not a managed node", nodes: 2, examples: ["ad-39.prod", "web-40.prod"] },
      { reason: "On a fallback baseline, not on one of this stack", nodes: 1, examples: ["ad-21.prod"] },
    ],
    availableUpdates: [
      {
        operatingSystem: "WINDOWS",
        outlook: "superseded first",
        nodes: 13,
        updates: [
          { name: "KB5066782", releasedAt: time(shownFrom + 8 * dayMs), approvedFrom: time(shownTo) },
        ],
      },
      {
        operatingSystem: "UBUNTU",
        outlook: "never approved",
        nodes: 2,
        updates: [{ name: "nano-6.2-1ubuntu0.1", releasedAt: time(shownFrom), approvedFrom: null }],
      },
    ],
    messages: messages(),
    exclusions: exclusions(),
    functions: [
      {
        name: "SSM-patchplane-prod-exclusions",
        region: homeRegion,
        invocations: 674,
        coldStarts: 2,
        failed: [
          {
            at: time(shownFrom),
            source: "ObjectCreated:Put of exclusions/<b>.yaml in exclusions-bucket",
            attempt: 1,
            status: "timeout",
            error: "Task timed out after 900.00 seconds",
          },
        ],
        givenUp: 0,
      },
    ],
    api: { calls: { "ssm:GetPatchBaseline": 12 }, notModelled: {}, faults: {} },
    nodes,
    causes: causesOf(nodes),
    ...changes,
  };
}

/** Four quiet weeks. */
export function quietSummary(): Summary {
  const scan = scanWindow();
  const install = installWindow();
  const done = (one: ExecutionSummary) =>
    one.commands.every((part) => part.invocations.Success === part.targeted);
  return summary({
    verdict: { windowsDidTheirJob: true, problems: [] },
    windows: [
      { ...scan, executions: scan.executions.filter((one) => one.status === "SUCCESS"), missed: [] },
      { ...install, executions: install.executions.filter(done) },
    ],
    uncovered: [],
    availableUpdates: [],
    messages: [],
    exclusions: { objects: [], foreign: [], skipped: [] },
    nodes: Array.from({ length: 40 }, (_, index) => node(index)),
    compliance: [
      { at: time(shownFrom), compliant: 0, nonCompliant: 0, unknown: 40 },
      { at: time(shownFrom + 4 * hourMs), compliant: 12, nonCompliant: 28, unknown: 0 },
      { at: time(shownFrom + 6 * dayMs + 11 * hourMs), compliant: 40, nonCompliant: 0, unknown: 0 },
    ],
  });
}

/** The same run with thousands of openings and nodes. */
export function largeSummary(nodeCount: number): Summary {
  const scan = scanWindow();
  const hourly = Array.from({ length: 28 * 24 }, (_, hour) => scanExecution(shownFrom + hour * hourMs));
  return summary({
    windows: [{ ...scan, schedule: "rate(1 hour)", executions: hourly, missed: [] }, installWindow()],
    nodes: Array.from({ length: nodeCount }, (_, index) =>
      node(index, index % 3 === 0 ? {} : { state: "non-compliant" }),
    ),
  });
}
