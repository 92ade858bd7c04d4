import { expect } from "chai";
import { entriesOf, read, uploadedAt, warningsOf } from "./support/manifests.js";

const key = "exclusions/patch-exclusions.json";
const file = (instances: unknown): string => JSON.stringify(instances, null, 2);

describe("a file of instances", () => {
  it("excludes the patches of one instance for as long as an exclusion may last", () => {
    const text = file({ "i-0a1b2c3d4e5f60718": { exclude_patches: ["KB5034439", "MS17-010"] } });
    expect(entriesOf(text, key)).to.eql([
      {
        id: "i-0a1b2c3d4e5f60718",
        selector: { kind: "nodes", ids: ["i-0a1b2c3d4e5f60718"] },
        effect: { kind: "reject", patches: ["KB5034439", "MS17-010"], action: "BLOCK" },
        reason: "listed in patch-exclusions.json, which has no place for a reason",
        owner: "whoever uploads patch-exclusions.json",
        expiresAt: uploadedAt + 90 * 86_400_000,
        regions: ["us-east-1", "eu-west-1"],
        line: 2,
      },
    ]);
  });

  it("excludes different patches of several instances, Windows and Linux", () => {
    const text = file({
      "i-0a1b2c3d": { exclude_patches: ["KB5034439"], maintenance_window: "cron(0 4 ? * SUN *)" },
      "i-0a1b2c3e": { exclude_patches: ["openssl*", "kernel*"], maintenance_window: null },
      "mi-0123456789abcdef0": { exclude_patches: ["libssl3*"] },
    });
    expect(entriesOf(text, key).map(({ id, effect, line }) => [id, effect, line])).to.eql([
      ["i-0a1b2c3d", { kind: "reject", patches: ["KB5034439"], action: "BLOCK" }, 2],
      ["i-0a1b2c3e", { kind: "reject", patches: ["openssl*", "kernel*"], action: "BLOCK" }, 8],
      ["mi-0123456789abcdef0", { kind: "reject", patches: ["libssl3*"], action: "BLOCK" }, 15],
    ]);
  });

  it("takes an empty list for the end of an instance's exclusion", () => {
    const text = file({
      "i-0a1b2c3d": { exclude_patches: [] },
      "i-0a1b2c3e": { exclude_patches: ["openssl*"] },
    });
    expect(entriesOf(text, key).map(({ id }) => id)).to.eql(["i-0a1b2c3e"]);
    expect(entriesOf(file({ "i-0a1b2c3d": { exclude_patches: [] } }), key)).to.eql([]);
    expect(entriesOf("{}", key)).to.eql([]);
  });

  it("has that name in any folder, and no other name", () => {
    const text = file({ "i-0a1b2c3d": { exclude_patches: ["openssl*"] } });
    for (const name of ["patch-exclusions.json", key, "exclusions/team/a/patch-exclusions.json"]) {
      expect(read(text, name).ok, name).to.equal(true);
    }
    for (const name of [
      "my-patch-exclusions.json",
      "patch-exclusions.json/a.json",
      "Patch-Exclusions.json",
    ]) {
      expect(read(text, name).ok, name).to.equal(false);
    }
  });

  it("says once that its windows are not used", () => {
    const window = { exclude_patches: [], maintenance_window: "mw-0123" };
    const words = "because the stack's windows decide when a node is patched";
    expect(warningsOf(file({ "i-0a1b2c3d": window }), key)).to.eql([
      `4:27: warning: maintenance_window: not used, ${words}`,
    ]);
    const two = file({ "i-0a1b2c3d": { exclude_patches: [] }, "i-0a1b2c3e": window, "i-0a1b2c3f": window });
    expect(warningsOf(two, key)).to.eql([
      `7:27: warning: maintenance_window: not used, here and 1 times more, ${words}`,
    ]);
  });
});
