import fs from "node:fs";
import { join, resolve } from "node:path";
import { loadFleet } from "#lab/fleet/load.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { lifeEvents } from "#lab/report/summary/exclusionEvents.js";
import type { ExclusionObject } from "#lab/report/summary/exclusionShape.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { type LabRun, runLab } from "#lab/run.js";
import { clockText } from "#shared/text/format.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { memoryIo } from "../fleet/support/files.js";
import { at } from "../support.js";

const root = resolve(import.meta.dirname, "../../..");
const catalogs = join(root, "lab", "fleets", "catalogs");
const tags = { PatchGroup: "dev-servers", Environment: "dev" };

export const office = "mi-003eee67acffb50ac";
export const reporting = "i-08fcde515cc552267";
export const edge = "i-0334a51aaff12373a";

/** Real servers: an office machine under Ubuntu that is no EC2 instance, one under Windows, one under Amazon Linux. */
const nodes = [
  {
    id: office,
    name: "office",
    catalog: "ubuntu-22.04",
    packages: ["libc6", "libssl3", "bash"],
  },
  {
    id: reporting,
    name: "reporting",
    catalog: "windows-server-2022",
    packages: ["KB5044281", "KB5065962", "KB5012170"],
  },
  {
    id: edge,
    name: "edge",
    catalog: "amazon-linux-2023",
    packages: ["openssl", "openssl-libs", "less"],
  },
].map((node) => ({ region: "us-east-1", tags, patchedUntil: "2026-07-05", speed: 0.4, ...node }));

/** What is uploaded at a time of the run's only day; null deletes. */
interface Upload {
  readonly at: string;
  readonly key: string;
  readonly text: string | null;
}

interface LifeRun {
  readonly run: LabRun;
  readonly summary: Summary;
  readonly life: (key: string) => ExclusionObject;
  /** The life of an object, each event with the time of the day. */
  readonly told: (key: string) => string[];
  /** The patches that a node has at the end. */
  readonly installed: (id: string) => string[];
  /** How often each write was asked for. */
  readonly writes: Readonly<Record<string, number>>;
}

/**
 * Runs stack dev over these servers on a day of October 2026, from a fleet file that uploads. It installs on every even
 * hour and scans on every odd one.
 *
 * @param hours after which the run ends
 */
export async function day(
  uploads: readonly Upload[],
  hours: number,
  values: Readonly<Record<string, string>> = {},
): Promise<LifeRun> {
  const settings = stackSettings(root, "dev");
  const exclusions = uploads.map(({ at: time, key, text }, index) => ({
    at: `2026-10-05T${time}Z`,
    key,
    ...(text === null ? { delete: true } : { file: `${index}` }),
  }));
  const files = ["amazon-linux-2023", "ubuntu-22.04", "windows-server-2022"].map((name) => `${name}.yaml`);
  const memory = memoryIo({
    "fleet.json": JSON.stringify({
      version: 1,
      catalogFiles: files.map((file) => join(catalogs, file)),
      nodes,
      exclusions,
    }),
    ...Object.fromEntries(uploads.flatMap(({ text }, index) => (text === null ? [] : [[`${index}`, text]]))),
  });
  const ioOf = (path: string) => (path.startsWith(catalogs) ? fs : memory);
  const run = await runLab({
    settings: {
      ...settings,
      values: {
        ...settings.values,
        "patchplane:stacks": '["scan","install"]',
        "patchplane:operatingSystems": '["AMAZON_LINUX_2023","UBUNTU","WINDOWS"]',
        "patchplane:installSchedule": "cron(0 0/2 ? * * *)",
        "patchplane:installDurationHours": "1",
        "patchplane:installCutoffHours": "0",
        "patchplane:scanSchedule": "cron(0 1/2 ? * * *)",
        "patchplane:scanDurationHours": "1",
        "patchplane:scanCutoffHours": "0",
        ...values,
      },
    },
    fleet: loadFleet("fleet.json", 1, {
      statSync: (path) => ioOf(path).statSync(path),
      readFileSync: (path) => ioOf(path).readFileSync(path),
    }),
    from: at("2026-10-05T00:00:00Z"),
    seed: 1,
    days: hours / 24,
  });
  const summary = buildSummary(run);
  const life = (key: string) => {
    const found = summary.exclusions.objects.find((one) => one.key === key);
    if (found === undefined) throw new RangeError(`there is no ${key}`);
    return found;
  };
  return {
    run,
    summary,
    life,
    told: (key) =>
      lifeEvents(life(key)).map(({ at: time, title }) =>
        `${clockText(time)} ${title}`.replace(/, version .*/, ""),
      ),
    installed: (id) => {
      const node = run.account.region("us-east-1").nodes.node(id);
      if (node === undefined) throw new RangeError(`there is no node ${id}`);
      return node.catalog.packages.flatMap(
        ({ patches, index }) => patches[node.installed[index] ?? -1]?.id ?? [],
      );
    },
    writes: Object.fromEntries(
      [...run.api.calls].filter(([name]) => !/:(Get|List|Describe)/.test(name)).sort(),
    ),
  };
}
