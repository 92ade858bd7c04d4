import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { loadFleet } from "#lab/fleet/load.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { lifeEvents } from "#lab/report/summary/exclusionEvents.js";
import { type Summary, summarySchema } from "#lab/report/summary/summary.js";
import { type LabRun, runLab } from "#lab/run.js";
import { momentText } from "#shared/text/format.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { memoryIo } from "../fleet/support/files.js";
import { withoutRecords } from "../recordsSupport.js";
import { at } from "../support.js";

const root = resolve(import.meta.dirname, "../../..");
const fleets = join(root, "lab", "fleets");
const shipped = parse(readFileSync(join(fleets, "small.yaml"), "utf8"), { merge: true }) as {
  readonly catalogFiles: readonly string[];
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
};

/** The shipped fleet's manifests, which end sooner here. */
const texts = (name: string) =>
  readFileSync(join(fleets, "exclusions", name), "utf8")
    .replace("2026-10-20", "2026-10-21")
    .replace("2026-10-17", "2026-10-22");
const uploads = [
  ["2026-10-20T09:00Z", "edge-openssl.yaml"],
  ["2026-10-20T10:30Z", "office-quarter-end.yaml"],
  ["2026-10-20T11:15Z", "worker-containers.yaml"],
  ["2026-10-20T12:00Z", "runners/patch-exclusions.json"],
  ["2026-10-20T14:00Z", "shop-httpd.yaml"],
] as const;
const isNamed = ({ name }: { readonly name: string }) =>
  /^(edge-|office-|worker-0[345]|runner-01|shop-web-0[1-4])/.test(name);

/**
 * Some servers of the shipped fleet from a Tuesday on, until after a number of hours. They are installed at four every
 * night, and those of the other Region at ten on Wednesday.
 */
function lives(hours: number, isWith = true): Promise<LabRun> {
  const settings = stackSettings(root, "dev");
  const values = {
    ...settings.values,
    "patchplane:installSchedule": "cron(0 4 ? * * *)",
    "patchplane:fanoutSchedule": "cron(0 10 ? * WED *)",
    "patchplane:fanoutTimezone": "UTC",
  };
  const file = (key: string) => key.replace("runners/", "");
  const exclusions = [
    ...uploads.map(([time, key]) => ({ at: time, key: `exclusions/${key}`, file: file(key) })),
    { at: "2026-10-22T09:00Z", key: "exclusions/runners/patch-exclusions.json", delete: true },
  ];
  const fleet = {
    version: 1,
    catalogFiles: shipped.catalogFiles.map((path) => join(fleets, path)),
    nodes: shipped.nodes.filter(isNamed),
    ...(isWith ? { exclusions } : {}),
  };
  const memory = memoryIo({
    "fleet.json": JSON.stringify(fleet),
    ...Object.fromEntries(uploads.map(([, key]) => [file(key), texts(file(key))])),
    ...Object.fromEntries(fleet.catalogFiles.map((path) => [path, readFileSync(path)])),
  });
  return runLab({
    settings: { ...settings, values },
    fleet: loadFleet("fleet.json", 1, memory),
    from: at("2026-10-20T06:00:00Z"),
    days: hours / 24,
    seed: 1,
    change: withoutRecords,
  });
}

describe("the lives of the shipped exclusions", () => {
  let summary: Summary;
  before(async () => {
    summary = buildSummary(await lives(72));
  });

  const life = (key: string) => {
    const found = summary.exclusions.objects.find((one) => one.key === `exclusions/${key}`);
    if (found === undefined) throw new RangeError(`there is no ${key}`);
    return found;
  };
  const told = (key: string) =>
    lifeEvents(life(key)).map(({ at, title }) => `${momentText(at)} ${title}`.replace(/, version .*/, ""));

  it("end well, and are told in the shape of the summary", () => {
    expect(summary.verdict).to.eql({ windowsDidTheirJob: true, problems: [] });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).to.eql(summary);
    expect(summary.exclusions.skipped).to.eql([]);
    expect(summary.exclusions.objects.map(({ key, verdicts }) => [key, verdicts.at(-1)?.verdict])).to.eql([
      ["exclusions/edge-openssl.yaml", "in force"],
      ["exclusions/office-quarter-end.yaml", "ended"],
      ["exclusions/worker-containers.yaml", "ended"],
      ["exclusions/runners/patch-exclusions.json", "ended"],
      ["exclusions/shop-httpd.yaml", "refused"],
    ]);
  });

  it("of a good one is in force to the end", () => {
    expect(told("edge-openssl.yaml")).to.eql([
      "Tue 20 Oct 09:00 Uploaded",
      "Tue 20 Oct 09:00 Verdict: being applied",
      "Tue 20 Oct 09:10 Verdict: in force",
      "Wed 21 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
      "Wed 21 Oct 10:00 patchplane-dev-fanout: edge-openssl kept 2 patches off 1 node",
      "Thu 22 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
      "Fri 23 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
    ]);
    const [entry] = life("edge-openssl.yaml").entries;
    // To the minute: the seconds hang on how many calls came before.
    const inForce = entry?.inForce.map(({ from, ...span }) => ({ ...span, from: from.slice(0, 16) }));
    expect(inForce).to.eql([{ from: "2026-10-20T09:10", until: null, ended: null }]);
    const nodes = ["edge-proxy-01", "edge-proxy-02", "edge-proxy-03"];
    // The fourth has lost its connection: nothing would have been installed on it anyway.
    expect(entry?.nodes.map(({ name }) => name)).to.eql([...nodes, "edge-proxy-04", "edge-proxy-west-01"]);
    for (const { group, atEnd } of entry?.nodes ?? []) {
      expect(group).to.match(/^dev-servers\.x-[0-9a-f]{10}$/);
      expect(atEnd).to.equal(group);
    }
    const left = (names: string[]) => [
      { patch: "openssl-1:3.0.8-1.amzn2023.0.16.x86_64", nodes: names },
      { patch: "openssl-libs-1:3.0.8-1.amzn2023.0.16.x86_64", nodes: names },
    ];
    expect(entry?.runs.slice(0, 2).map(({ reached, left: one }) => [reached, one])).to.eql([
      [3, left(nodes)],
      [1, left(["edge-proxy-west-01"])],
    ]);
    expect(entry?.later.map(({ installed }) => installed)).to.eql([null, null]);
  });

  it("of a broken one is its refusal, with the place and what to write", () => {
    expect(told("shop-httpd.yaml")).to.eql([
      "Tue 20 Oct 14:00 Uploaded",
      "Tue 20 Oct 14:00 Verdict: refused",
    ]);
    const { entries, verdicts } = life("shop-httpd.yaml");
    expect(entries).to.eql([]);
    expect(verdicts.map(({ message, problems }) => [message, problems])).to.eql([
      [
        ["Refused; nothing of this manifest is in force."],
        [
          {
            place: "exclusions/shop-httpd.yaml:9:15",
            message:
              'shop-httpd: patches[0]: got CVE-2024-40725; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".',
          },
        ],
      ],
    ]);
  });

  it("of one that ends has a next window, which installs what it had kept off", () => {
    expect(told("worker-containers.yaml")).to.eql([
      "Tue 20 Oct 11:15 Uploaded",
      "Tue 20 Oct 11:15 Verdict: being applied",
      "Tue 20 Oct 11:25 Verdict: in force",
      "Wed 21 Oct 04:00 patchplane-dev-install: worker-containers kept 2 patches off 3 nodes",
      "Thu 22 Oct 04:00 patchplane-dev-install: worker-containers kept 2 patches off 3 nodes",
      "Fri 23 Oct 00:37 Verdict: ended",
      "Fri 23 Oct 00:37 worker-containers has expired; its nodes are back in their patch group",
      "Fri 23 Oct 04:08 patchplane-dev-install has installed what worker-containers had kept off",
    ]);
    const later = life("worker-containers.yaml").entries[0]?.later.map(({ patch, nodes, installed }) => [
      patch,
      nodes,
      installed?.patch,
      installed?.window,
      // To the minute: the milliseconds of answers depend on how many calls the function has made before.
      installed?.at.slice(0, 16),
    ]);
    const same = (patch: string, newer = patch) => [
      patch,
      ["worker-03", "worker-04", "worker-05"],
      newer,
      "patchplane-dev-install",
      "2026-10-23T04:08",
    ];
    expect(later).to.eql([
      same("docker-25.0.6-1.amzn2023.0.1.x86_64"),
      same("runc-1.1.14-1.amzn2023.0.1.x86_64"),
    ]);
  });

  it("of a hold of hybrid nodes ends in the window after it", () => {
    expect(told("office-quarter-end.yaml")).to.eql([
      "Tue 20 Oct 10:30 Uploaded",
      "Tue 20 Oct 10:30 Verdict: being applied",
      // The hourly run was shown older tags and has written its own again, which is settled ten minutes later.
      "Tue 20 Oct 10:47 Verdict: in force",
      "Wed 21 Oct 04:00 patchplane-dev-install: office-quarter-end kept 11 patches off 2 nodes",
      "Thu 22 Oct 00:37 Verdict: ended",
      "Thu 22 Oct 00:37 office-quarter-end has expired; its nodes are back in their patch group",
      "Thu 22 Oct 04:16 patchplane-dev-install has installed what office-quarter-end had kept off",
    ]);
    const ids = ["mi-0161d7521bf5abeda", "mi-003eee67acffb50ac"];
    const [entry] = life("office-quarter-end.yaml").entries;
    expect(entry?.nodes.map(({ id, group, atEnd }) => [id, group, atEnd])).to.eql(
      ids.map((id) => [id, "dev-servers.hold", "dev-servers"]),
    );
    const here = summary.nodes.filter(({ id }) => ids.includes(id));
    expect(here.map(({ state, missing }) => [state, missing])).to.eql([
      ["compliant", 0],
      ["compliant", 0],
    ]);
  });

  it("of one of patch-exclusions.json ends by its deletion", () => {
    const id = "i-0d8a65a666e70162f";
    expect(told("runners/patch-exclusions.json")).to.eql([
      "Tue 20 Oct 12:00 Uploaded",
      "Tue 20 Oct 12:00 Verdict: being applied",
      "Tue 20 Oct 12:10 Verdict: in force",
      `Wed 21 Oct 04:00 patchplane-dev-install: ${id} kept 3 patches off 1 node`,
      `Thu 22 Oct 04:00 patchplane-dev-install: ${id} kept 3 patches off 1 node`,
      "Thu 22 Oct 09:00 Deleted",
      "Thu 22 Oct 09:00 Verdict: ended",
      `Thu 22 Oct 09:00 ${id} has ended with its manifest; its nodes are back in their patch group`,
      `Fri 23 Oct 04:09 patchplane-dev-install has installed what ${id} had kept off`,
    ]);
  });
});

describe("a fleet with its exclusions and without them", () => {
  /** Every installed patch a day later, after one install window in each Region. */
  async function installed(isWith: boolean) {
    const run = await lives(28, isWith);
    const found = run.account.regions().flatMap(({ nodes }) =>
      nodes.all.flatMap((node) =>
        node.catalog.packages.flatMap(({ patches, index }) => {
          const patch = patches[node.installed[index] ?? -1];
          return patch === undefined ? [] : [`${node.spec.name} ${patch.id}`];
        }),
      ),
    );
    return { found: new Set(found), summary: buildSummary(run) };
  }

  it("differ by what the report says that was left, and by nothing else", async () => {
    const without = await installed(false);
    const { found, summary } = await installed(true);
    const missing = [...without.found].filter((one) => !found.has(one)).sort();
    const told = summary.exclusions.objects.flatMap(({ entries }) =>
      entries.flatMap(({ later }) =>
        later.flatMap(({ patch, nodes }) => nodes.map((node) => `${node} ${patch}`)),
      ),
    );
    expect(told.sort()).to.eql(missing);
    expect(missing).to.have.length(4 * 2 + 3 * 2 + 2 * 9 + 1 + 3);
    expect(summary.exclusions.skipped).to.eql([
      { at: "2026-10-22T09:00:00Z", key: "exclusions/runners/patch-exclusions.json", why: "after the run" },
    ]);
    expect(without.summary.exclusions).to.eql({ objects: [], foreign: [], skipped: [] });
  });
});
