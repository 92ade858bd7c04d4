import { resolve } from "node:path";
import { expect } from "chai";
import { readOptions } from "#lab/command/options.js";
import { settingOf } from "#lab/command/setting.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { lifeEvents } from "#lab/report/summary/exclusionEvents.js";
import { momentText } from "#lab/report/summary/format.js";
import { type Summary, summarySchema } from "#lab/report/summary/summary.js";
import { runLab } from "#lab/run.js";
import { size } from "#test/support/size.js";

const root = resolve(import.meta.dirname, "../../..");

// Four weeks, in which the processor runs 680 times; the same lives in three days are in exclusionLife.test.ts.
if (size(0, 1) === 1) describe("npm start on the default fleet", month);

function month(): void {
  let summary: Summary;
  before(async () => {
    const options = readOptions([], root);
    summary = buildSummary(await runLab({ ...settingOf(options, root), days: options.days }));
  });

  const life = (key: string) => {
    const found = summary.exclusions.objects.find((one) => one.key === key);
    if (found === undefined) throw new RangeError(`there is no ${key}`);
    return found;
  };
  const told = (key: string) =>
    lifeEvents(life(key)).map(({ at, title }) => `${momentText(at)} ${title}`.replace(/, version .*/, ""));

  it("ends well, and tells the lives in the shape of the summary", () => {
    expect(summary.verdict).to.eql({ windowsDidTheirJob: true, problems: [] });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).to.eql(summary);
    expect(summary.exclusions.skipped).to.eql([]);
    expect(summary.exclusions.objects.map(({ key, verdicts }) => [key, verdicts.at(-1)?.verdict])).to.eql([
      ["exclusions/edge-openssl.yaml", "in force"],
      ["exclusions/office-quarter-end.yaml", "ended"],
      ["exclusions/shop-httpd.yaml", "refused"],
      ["exclusions/worker-containers.yaml", "ended"],
      ["exclusions/runners/patch-exclusions.json", "ended"],
    ]);
  });

  it("tells a good one, in force to the end", () => {
    expect(told("exclusions/edge-openssl.yaml")).to.eql([
      "Tue 6 Oct 09:00 Uploaded",
      "Tue 6 Oct 09:00 Verdict: being applied",
      "Tue 6 Oct 09:10 Verdict: in force",
      "Sun 11 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
      "Sun 11 Oct 08:00 patchplane-dev-fanout: edge-openssl kept 2 patches off 1 node",
      "Sun 18 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
      "Sun 18 Oct 08:00 patchplane-dev-fanout: edge-openssl kept 2 patches off 1 node",
      "Sun 25 Oct 04:00 patchplane-dev-install: edge-openssl kept 2 patches off 3 nodes",
      "Sun 25 Oct 08:00 patchplane-dev-fanout: edge-openssl kept 2 patches off 1 node",
      "Sun 1 Nov 04:00 patchplane-dev-install: edge-openssl kept 4 patches off 3 nodes",
      "Sun 1 Nov 09:00 patchplane-dev-fanout: edge-openssl kept 4 patches off 1 node",
    ]);
    const [entry] = life("exclusions/edge-openssl.yaml").entries;
    expect(entry?.inForce).to.eql([{ from: "2026-10-06T09:10:02Z", until: null, ended: null }]);
    const nodes = ["edge-proxy-01", "edge-proxy-02", "edge-proxy-03"];
    // The fourth has lost its connection: nothing would have been installed on it anyway.
    expect(entry?.nodes.map(({ name }) => name)).to.eql([...nodes, "edge-proxy-04", "edge-proxy-west-01"]);
    for (const { group, atEnd } of entry?.nodes ?? []) {
      expect(group).to.match(/^dev-servers\.x-[0-9a-f]{10}$/);
      expect(atEnd).to.equal(group);
    }
    const left = (names: string[]) => [
      { patch: "curl-8.5.0-1.amzn2023.0.5.x86_64", nodes: names },
      { patch: "libcurl-8.5.0-1.amzn2023.0.5.x86_64", nodes: names },
      { patch: "openssl-1:3.0.8-1.amzn2023.0.16.x86_64", nodes: names },
      { patch: "openssl-libs-1:3.0.8-1.amzn2023.0.16.x86_64", nodes: names },
    ];
    expect(entry?.runs.slice(-2).map(({ reached, left: one }) => [reached, one])).to.eql([
      [3, left(nodes)],
      [1, left(["edge-proxy-west-01"])],
    ]);
    expect(entry?.later.map(({ installed }) => installed)).to.eql([null, null, null, null]);
  });

  it("tells a broken one, with the place and what to write", () => {
    expect(told("exclusions/shop-httpd.yaml")).to.eql([
      "Wed 7 Oct 14:00 Uploaded",
      "Wed 7 Oct 14:00 Verdict: refused",
    ]);
    const { entries, verdicts } = life("exclusions/shop-httpd.yaml");
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

  it("tells one that ends: the next window installs what it had kept off", () => {
    expect(told("exclusions/worker-containers.yaml")).to.eql([
      "Thu 8 Oct 08:15 Uploaded",
      "Thu 8 Oct 08:15 Verdict: being applied",
      "Thu 8 Oct 08:25 Verdict: in force",
      "Sun 11 Oct 04:00 patchplane-dev-install: worker-containers kept 3 patches off 3 nodes",
      "Sun 18 Oct 00:37 Verdict: ended",
      "Sun 18 Oct 00:37 worker-containers has expired; its nodes are back in their patch group",
      "Sun 18 Oct 04:12 patchplane-dev-install has installed what worker-containers had kept off",
    ]);
    const nodes = ["worker-03", "worker-04", "worker-05"];
    const installed = { at: "2026-10-18T04:12", window: "patchplane-dev-install" };
    const same = (patch: string) => ({ patch, nodes, installed: { ...installed, patch } });
    // To the minute: the milliseconds of answers depend on how many calls the function has made before.
    const later = life("exclusions/worker-containers.yaml").entries[0]?.later.map(
      ({ installed, ...rest }) => ({
        ...rest,
        installed: installed === null ? null : { ...installed, at: installed.at.slice(0, 16) },
      }),
    );
    expect(later).to.eql([
      same("containerd-1.7.20-1.amzn2023.0.1.x86_64"),
      same("docker-25.0.6-1.amzn2023.0.1.x86_64"),
      {
        ...same("runc-1.1.13-1.amzn2023.0.1.x86_64"),
        installed: { ...installed, patch: "runc-1.1.14-1.amzn2023.0.1.x86_64" },
      },
    ]);
  });

  it("tells a hold of hybrid nodes, and the window after it", () => {
    expect(told("exclusions/office-quarter-end.yaml")).to.eql([
      "Tue 6 Oct 10:30 Uploaded",
      "Tue 6 Oct 10:30 Verdict: being applied",
      "Tue 6 Oct 10:40 Verdict: in force",
      "Sun 11 Oct 04:00 patchplane-dev-install: office-quarter-end kept 11 patches off 2 nodes",
      "Sun 18 Oct 04:00 patchplane-dev-install: office-quarter-end kept 11 patches off 2 nodes",
      "Wed 21 Oct 00:37 Verdict: ended",
      "Wed 21 Oct 00:37 office-quarter-end has expired; its nodes are back in their patch group",
      "Sun 25 Oct 04:19 patchplane-dev-install has installed what office-quarter-end had kept off",
    ]);
    const ids = ["mi-0161d7521bf5abeda", "mi-003eee67acffb50ac"];
    const [entry] = life("exclusions/office-quarter-end.yaml").entries;
    expect(entry?.nodes.map(({ id, group, atEnd }) => [id, group, atEnd])).to.eql(
      ids.map((id) => [id, "dev-servers.hold", "dev-servers"]),
    );
    const here = summary.nodes.filter(({ id }) => ids.includes(id));
    expect(here.map(({ state, missing }) => [state, missing])).to.eql([
      ["compliant", 0],
      ["compliant", 0],
    ]);
  });

  it("tells one of patch-exclusions.json, which ends by its deletion", () => {
    const id = "i-0d8a65a666e70162f";
    expect(told("exclusions/runners/patch-exclusions.json")).to.eql([
      "Mon 12 Oct 09:00 Uploaded",
      "Mon 12 Oct 09:00 Verdict: being applied",
      "Mon 12 Oct 09:10 Verdict: in force",
      `Sun 18 Oct 04:00 patchplane-dev-install: ${id} kept 3 patches off 1 node`,
      `Sun 25 Oct 04:00 patchplane-dev-install: ${id} kept 3 patches off 1 node`,
      "Mon 26 Oct 09:00 Deleted",
      "Mon 26 Oct 09:00 Verdict: ended",
      `Mon 26 Oct 09:00 ${id} has ended with its manifest; its nodes are back in their patch group`,
      `Sun 1 Nov 04:06 patchplane-dev-install has installed what ${id} had kept off`,
    ]);
  });
}
