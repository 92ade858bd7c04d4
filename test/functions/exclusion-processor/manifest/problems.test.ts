import { expect } from "chai";
import { problemText, warningText } from "#functions/exclusion-processor/manifest/readManifest.js";
import { edited, goodYaml, read, refusals } from "./support/manifests.js";

function problemsOf(text: string, key?: string) {
  const result = read(text, key);
  if (result.ok) throw new Error("it was accepted");
  return result;
}

describe("problems of a manifest", () => {
  it("say everything there is to say, apart and in one line", () => {
    const [problem] = problemsOf(edited("2026-12-01", "2027-12-31")).problems;
    if (problem === undefined) throw new Error("there is none");
    const allowed = "at most 90 days after the upload, which is through 2026-12-28 in Europe/Berlin";
    const fix = "Write 2026-12-28 or earlier, and renew the exclusion before it ends.";
    expect(problem).to.eql({
      line: 9,
      column: 14,
      path: "exclusions[0].expires",
      entryId: "payments-openssl",
      got: "2027-12-31",
      allowed,
      fix,
      message: `expires: got 2027-12-31; allowed is ${allowed}.`,
    });
    expect(problemText("exclusions/payments.yaml", problem)).to.equal(
      `exclusions/payments.yaml:9:14: expires: got 2027-12-31; allowed is ${allowed}. ${fix}`,
    );
  });

  it("come all at once, in order of place", () => {
    const text = goodYaml
      .replace("payments-openssl", "pay ments")
      .replace('["openssl*"]', '["*", CVE-2024-1]')
      .replace("i-0a1b2c3d4e5f60718", "web-1")
      .replace("    reason: TLS handshake fails with 3.2.2\n", "")
      .replace("CHG-1234", "1234")
      .replace("2026-12-01", "2026-02-30")
      .replace("action: block", "acton: block")
      .replace("[us-east-1]", "[us-west-9]")
      .replace("hold: true", "hold: yes")
      .replace("App: ledger", "PatchGroup: ledger")
      .replace("quarter end", '"a\\u0007"')
      .replace("exclusions:", "note: x\nexclusions:");
    expect(problemsOf(text).problems.map(({ line, column, path }) => `${line}:${column} ${path}`)).to.eql([
      "2:1 note",
      "4:5 exclusions[0].reason",
      "4:9 exclusions[0].id",
      "5:15 exclusions[0].patches[0]",
      "5:20 exclusions[0].patches[1]",
      "6:13 exclusions[0].nodes[0]",
      "8:13 exclusions[0].ticket",
      "9:14 exclusions[0].expires",
      "10:5 exclusions[0].acton",
      "11:15 exclusions[0].regions[0]",
      "13:11 exclusions[1].hold",
      "14:13 exclusions[1].tags.PatchGroup",
      "15:13 exclusions[1].reason",
    ]);
  });

  it("do not count one mistake twice", () => {
    expect(refusals(edited("    patches:", "    patchs:"))).to.have.length(1);
    expect(refusals(edited("    nodes:", "    node:"))).to.have.length(1);
    expect(refusals(edited("    expires: 2026-12", "    expiry: 2026-12"))).to.have.length(1);
    expect(refusals(edited('["openssl*"]', '["\\u0000*"]'))).to.have.length(1);
  });

  it("name the entry by an id that is one", () => {
    const ids = problemsOf(
      edited("hold: true", "hold: 1").replace("version: 1", "version: '1'"),
    ).problems.map(({ entryId }) => entryId);
    expect(ids).to.eql([undefined, "ledger-freeze"]);
    expect(problemsOf(edited("payments-openssl", "a b")).problems[0]).not.to.have.property("entryId");
    const file = '{"i-0a1b2c3d": {"exclude_patches": ["*"]}}';
    expect(problemsOf(file, "patch-exclusions.json").problems[0]).to.deep.include({
      entryId: "i-0a1b2c3d",
      path: '["i-0a1b2c3d"].exclude_patches[0]',
    });
  });

  it("are a thousand at most, and the others are counted", () => {
    const entry = { id: "a b", patches: ["*"], nodes: ["x"], reason: "r", owner: "o", expires: "2026-12-01" };
    const text = JSON.stringify({ version: 1, exclusions: Array.from({ length: 700 }, () => entry) });
    const { problems, unlisted } = problemsOf(text, "m.json");
    expect([problems.length, unlisted]).to.eql([1000, 1100]);
  });

  it("show nothing that a terminal would obey", () => {
    const hostile = "\u001b[31m\u0007\u202e\u009b2J\u2028";
    const yaml = JSON.stringify(hostile).replace("\u009b", "\\x9b");
    const texts = [
      edited("quarter end", yaml),
      edited("quarter end", JSON.stringify(hostile)),
      edited("App: ledger", `${yaml}: ledger`),
      edited("ledger-freeze", yaml),
      edited("action: block", `${yaml}: 1`),
      edited("quarter end", `"${hostile.slice(6)}`),
    ];
    for (const text of texts) {
      for (const problem of problemsOf(text).problems) {
        expect(JSON.stringify(problem)).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
        expect(problemText(`a${hostile}.yaml`, problem)).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
      }
    }
    const warning = { line: 1, column: 1, path: "", message: "" };
    expect(warningText(hostile, warning)).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
  });

  it("stay short, whatever the values", () => {
    const long = "x".repeat(100_000);
    for (const text of [
      edited("quarter end", `|-\n      ${long}\n      ${long}`),
      edited("openssl*", long),
      edited("ledger-freeze", long),
      edited("App: ledger", `${long}: ledger`),
      edited("action: block", `${long}: 1`),
      edited("[us-east-1]", long),
      edited("[i-0a1b2c3d4e5f60718]", long),
      edited("quarter end", `"${long}`),
    ]) {
      for (const line of refusals(text)) expect(line.length, line).to.be.below(700);
    }
  });
});
