import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { CoveragePorts, RegionPorts, StackReading, Surroundings } from "#tools/coverage/ports.js";
import { ok } from "./reading.js";
import { nowhere, runCoverage } from "./support.js";

const refusal = "AccessDeniedException: no";
const regionPorts = [
  ...["instances", "managed", "tags", "states", "windows", "associations", "groups", "members"],
] as const satisfies readonly (keyof RegionPorts)[];
const stackParts = ["deployed", "central", "records", "exclusions"] as const;
type Part = (typeof regionPorts)[number] | (typeof stackParts)[number];

/** An account without a node and without a window, of which some parts cannot be read. */
function empty(unread: ReadonlySet<string>): Surroundings {
  const bare = nowhere();
  const answer = (name: string) => (name === "tags" || name === "states" ? new Map() : []);
  const region = new Proxy({} as RegionPorts, {
    get: (_, name) => async () => {
      if (unread.has(String(name))) throw new Error(refusal);
      return answer(String(name));
    },
  });
  const window = { name: "patchplane-dev-fanout", operation: "Install", regions: ["eu-west-1"] };
  const all: StackReading = {
    deployed: ok(undefined),
    // Its groups are in a Region where nothing is looked at unless members are to be asked for.
    central: ok(
      unread.has("members")
        ? [{ ...window, regions: ["us-east-1"], groups: ["g"], next: undefined, owner: undefined }]
        : [],
    ),
    records: ok({ records: [], unread: [] }),
    exclusions: ok([]),
    regions: ["us-east-1"],
  };
  const stack = {
    ...all,
    ...Object.fromEntries(
      stackParts.filter((part) => unread.has(part)).map((part) => [part, { ok: false, error: refusal }]),
    ),
  };
  return {
    ...bare,
    ports: async (): Promise<CoveragePorts> => ({
      ...(await bare.ports()),
      stack: async () => stack,
      region: () => region,
    }),
  };
}

const nodes = ["instances", "managed", "tags"] as const;
const judged = [...nodes, "states", "windows", "groups", "members", ...stackParts] as const;

/** Sentences that say that there is nothing, and the parts without each of which nobody knows. */
const sentences: readonly (readonly [string, readonly Part[]])[] = [
  ["0 that somebody must act on", [...judged]],
  ["0 nodes in 1 Region", [...nodes]],
  ["0 compliant, 0 not, 0 never scanned", [...nodes, "states"]],
  ["The stack has no window in these Regions.", ["windows", "members", "central"]],
  ["Overdue: none.", [...nodes, "states", "records"]],
  ["Excepted: none.", [...nodes, "states", "records", "exclusions"]],
  ["Of unknown age: none.", [...nodes, "states", "records"]],
  ["<h2>Nobody has to act</h2>", [...judged]],
  ["There is no node in these Regions.", [...judged]],
  ["of every node it is known", [...judged]],
  ["<p>The stack has no window in these Regions.</p>", ["windows", "members", "central"]],
  ["<h3>Overdue: none</h3>", [...nodes, "states", "records"]],
  ["<h3>Excepted: none</h3>", [...nodes, "states", "records", "exclusions"]],
  ["<h3>Of unknown age: none</h3>", [...nodes, "states", "records"]],
];

describe("a coverage that says that there is nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-coverage-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "page.html");
  const told = async (unread: readonly Part[]) => {
    const line = ["--stack", "dev", "--sla", "critical=14d", "--html", file];
    const { code, out } = await runCoverage(line, empty(new Set(unread)));
    return { code, words: `${out}${readFileSync(file, "utf8")}` };
  };

  it("says it where it has looked", async () => {
    const { code, words } = await told([]);
    expect(code).to.equal(0);
    for (const [sentence] of sentences) expect(words).to.contain(sentence);
  });

  for (const part of [...regionPorts, ...stackParts] as const)
    it(`says of what hangs on ${part} that it could not be read, where that is so, and all else as before`, async () => {
      const { code, words } = await told([part]);
      expect(code).to.equal(1);
      expect(words).to.contain(refusal).and.to.contain("could not be read");
      for (const [sentence, parts] of sentences) {
        // With a window whose members are to be asked for there is one.
        if (part === "members" && sentence.includes("no window")) continue;
        expect(words.includes(sentence), sentence).to.equal(!parts.includes(part));
      }
      expect(words).not.to.match(/all (of them )?are compliant|as far as could be seen/);
    });

  it("tells nothing, in one message, where neither the stack nor a node could be read", async () => {
    for (const format of [[], ["--json"], ["--html", join(folder, "dead.html")]]) {
      const { code, out, err } = await runCoverage(["--stack", "dev", ...format], nowhere());
      expect([code, out]).to.deep.equal([2, ""]);
      expect(err).to.match(
        /^Neither stack dev nor any node in us-east-1 can be read: nothing is to be reached\.\n/,
      );
      expect(err).to.contain("AWS_ENDPOINT_URL");
    }
    // What one of them tells is told.
    const { code, out } = await runCoverage(["--stack", "dev"], empty(new Set([...nodes, "states"])));
    expect(code).to.equal(1);
    expect(out).to.contain("Stack dev: nodes could not be read in us-east-1");
  });
});
