import { expect } from "chai";
import { patchAgainst } from "./breachSupport.js";
import { ExclusionLab, idOf, manifest } from "./exclusionSupport.js";

const two = manifest(
  { id: "held", nodes: [idOf(0)], expires: "2026-06-30" },
  { id: "one", nodes: [idOf(1)], patches: ["openssl*"], expires: "2026-06-30" },
);

describe("what runs have shown of exclusions that are in force", () => {
  let lab: ExclusionLab | undefined;
  afterEach(() => lab?.close());

  async function inForce(): Promise<ExclusionLab> {
    lab = await ExclusionLab.open();
    await lab.until("03:05:00");
    lab.put("a.yaml", two);
    await lab.until("03:25:00");
    expect(lab.status("a.yaml").entries.map(({ phase }) => phase)).to.eql(["in force", "in force"]);
    return lab;
  }

  const breaches = () => lab?.told.filter(({ subject }) => subject?.includes("installed against them")) ?? [];
  const proved = () =>
    lab?.status("a.yaml").entries.flatMap(({ nodes }) => nodes.map((node) => node.proved ?? false));
  const rings = () =>
    lab?.home.sns.delivered.some(({ subject }) => /^ALARM: .*exclusions-breach-alarm/.test(subject ?? ""));

  it("is proved by a run with the baseline that keeps the promise, and is no breach in a quiet morning", async () => {
    const opened = await inForce();
    expect(proved()).to.eql([false, false]);
    await opened.until("05:40:00");
    // No install window reaches the one that is held, and a scan of it has yet to be looked at.
    expect(proved()).to.eql([false, true]);
    await opened.until("12:40:00");
    expect([proved(), breaches(), rings()]).to.eql([[true, true], [], false]);
  });

  it("is a breach, told by name, where somebody has put a tag back and patched the node", async () => {
    const opened = await inForce();
    await opened.until("04:05:00");
    patchAgainst(opened, 1);
    await opened.until("05:40:00");
    expect(opened.patched(1)).to.include("openssl");
    expect(breaches().map(({ text }) => [text.includes(idOf(1)), text.includes(idOf(0))])).to.eql([
      [true, false],
    ]);
    expect([proved(), rings()]).to.eql([[false, false], true]);
    // It is told once a day, until the node has installed as it should.
    await opened.until("12:40:00");
    expect(breaches()).to.have.lengthOf(1);
    expect(proved()).to.eql([true, true]);
  });
});
