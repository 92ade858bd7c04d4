import { expect } from "chai";
import type { DatedPatch, NodeCoverage } from "#tools/coverage/core/model.js";
import { judge } from "#tools/coverage/core/sla.js";

const at = "2026-10-15T00:00:00Z";
const patch = (name: string, since: string | null, changes: Partial<DatedPatch> = {}): DatedPatch => ({
  ...{ name, since, state: "Missing", severity: "critical", from: since === null ? null : "record" },
  ...changes,
});
const node = (id: string, patches: readonly DatedPatch[] | null, changes: Partial<NodeCoverage> = {}) =>
  ({
    id,
    region: "us-east-1",
    owner: null,
    missing: 1,
    patches,
    exclusions: [],
    keptOff: [],
    ...changes,
  }) as unknown as NodeCoverage;

describe("missing patches against terms", () => {
  const exception = { manifest: "exclusions/a.yaml", entry: "pay", owner: "pay@example.com", reason: "r" };
  const reject = {
    ...exception,
    effect: "reject" as const,
    expires: "2026-12-01T00:00:00Z",
    patches: ["openssl*"],
  };
  const names = (list: readonly { readonly node: string; readonly patch: string }[]) =>
    list.map((one) => `${one.node} ${one.patch}`);

  it("puts each into one list: overdue, excepted, of unknown age, or within its term", () => {
    const sla = judge(
      {
        at,
        nodes: [
          node("a", [patch("kernel-6.1", "2026-10-01T00:00:00Z"), patch("curl-8", "2026-09-30T00:00:00Z")]),
          node("b", [patch("openssl-3.0", "2026-01-01T00:00:00Z"), patch("zlib-1", null)], {
            exclusions: [reject],
          }),
          node("c", [patch("kernel-6.1", "2026-01-01T00:00:00Z", { severity: "low" })]),
          node("d", null),
        ],
      },
      { critical: 14 },
    );
    // The first of them is missing for 14 days, which is the term, and no day more.
    expect(names(sla.overdue)).to.deep.equal(["a curl-8"]);
    expect(sla.overdue[0]?.days).to.equal(15);
    expect(names(sla.exceptions)).to.deep.equal(["b openssl-3.0"]);
    expect(names(sla.ageless)).to.deep.equal(["b zlib-1"]);
    expect([sla.within, sla.unjudged]).to.deep.equal([1, 1]);
  });

  it("takes a rejected name for the package's versions and for nothing that begins like it", () => {
    const excepted = (rejected: string, name: string) =>
      judge(
        {
          at,
          nodes: [
            node("a", [patch(name, "2026-01-01T00:00:00Z")], {
              exclusions: [{ ...reject, patches: [rejected] }],
            }),
          ],
        },
        { critical: 1 },
      ).exceptions.length === 1;
    expect(excepted("openssl", "openssl-1:3.0.8-1.amzn2023")).to.equal(true);
    expect(excepted("openssl", "openssl-libs-1:3.0.8")).to.equal(false);
    expect(excepted("openssl*", "openssl-libs-1:3.0.8")).to.equal(true);
    expect(excepted("openssl", "openssl.x86_64")).to.equal(true);
    expect(excepted("openssl", "openssl-libs.x86_64")).to.equal(false);
    expect(excepted("openssl*", "openssl-libs.x86_64")).to.equal(true);
    expect(excepted("KB1", "KB12")).to.equal(false);
  });
});
