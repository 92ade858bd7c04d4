import { deflateRawSync } from "node:zlib";
import { expect } from "chai";
import { pack, parseVerdicts, verdictsText } from "#shared/contract/keptVerdicts.js";
import { parseStatus, type Status } from "#shared/contract/manifestStatus.js";

/** What is said of a manifest with so many entries, each of a node of its own. */
function status(key: string, entries: number): Status {
  const said = {
    ...{
      version: 1,
      key,
      versionId: "v1",
      verdict: "being applied",
      message: [],
      problems: [],
      warnings: [],
    },
    entries: Array.from({ length: entries }, (_, index) => ({
      ...{ id: `entry-${index}`, phase: "being applied", effect: "reject", patches: [`lib-${index % 6}*`] },
      ...{ reason: "breaks the service", owner: "team@example.com", expires: "2026-12-01T00:00:00.000Z" },
      takesEffect: { "us-east-1": "from the next installation" },
      nodes: [
        {
          ...{ id: `i-${(index * 7_919).toString(16).padStart(17, "0")}`, region: "us-east-1", from: "web" },
          ...{ group: "web.x-0123456789", notYet: "written, and not sure to be seen everywhere yet" },
        },
      ],
      ...{ baselines: [], unknownNodes: [], leftAlone: [], failedNodes: [], notes: [] },
    })),
    failedRegions: [],
  };
  const read = parseStatus(JSON.stringify(said));
  if (read === undefined) throw new Error("is no status");
  return read;
}

const packed = (...statuses: [string, Status][]) => new Map(statuses.map(([key, one]) => [key, pack(one)]));
const moved = [{ at: 1, nodes: ["us-east-1|i-1"] }];
const [a, b] = ["a", "b"].map((name): [string, Status] => [name, status(name, 2)]) as [
  [string, Status],
  [string, Status],
];

describe("what is kept of verdicts", () => {
  it("is read as it was written, and is the same text in whatever order it was found", () => {
    const text = verdictsText(packed(a, b))(moved);
    expect(parseVerdicts(text)).to.eql({ manifests: new Map([a, b]), moved });
    expect(verdictsText(packed(b, a))(moved)).to.equal(text);
  });

  it("takes less than an eighth of what it says: 10,000 entries on 170,000 nodes say 57 MiB", () => {
    const long = status("a", 500);
    const text = verdictsText(packed(["a", long]))([]);
    expect(text.length).to.be.below(JSON.stringify(long).length / 8);
  });

  const deflated = (text: string) => deflateRawSync(text).toString("base64");
  for (const [what, text] of [
    ["of an older version", JSON.stringify({ version: 1, manifests: {}, moved: [] })],
    ["that is no JSON", "{"],
    [
      "with a status that is not deflated",
      JSON.stringify({ version: 2, manifests: { a: "e30=" }, moved: [] }),
    ],
    [
      "with a status that is none",
      JSON.stringify({ version: 2, manifests: { a: deflated("{}") }, moved: [] }),
    ],
    [
      "with half a status",
      JSON.stringify({ version: 2, manifests: { a: deflated("{").slice(0, -4) }, moved: [] }),
    ],
  ] as const) {
    it(`is nothing ${what}`, () => {
      expect(parseVerdicts(text)).to.equal(undefined);
    });
  }
});
