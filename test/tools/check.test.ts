import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Folder, now, type RunOptions, run } from "./support.js";

const good = `version: 1
exclusions:
  - id: payments-httpd
    patches: ["httpd*"]
    nodes: [i-0a1b2c3d4e5f60718]
    reason: TLS handshake fails with 3.2.2
    owner: payments@example.com
    expires: 2026-11-01
`;
const rulesOfDev = "(stack dev, AMAZON_LINUX_2023, UBUNTU, at most 90 days)";

describe("npm run exclusions -- check", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());
  const check = (files: readonly string[], options?: RunOptions) => run(["check", ...files], options);

  it("says in one line that all is good", async () => {
    const files = [folder.write("a.yaml", good), folder.write("b.yml", "version: 1\nexclusions: []\n")];
    expect(await check(files)).to.deep.equal({
      code: 0,
      out: `2 files: 2 good with 1 entry ${rulesOfDev}.\n`,
      err: "",
    });
  });

  it("prints problems and warnings as a compiler does", async () => {
    const a = folder.write(
      "a.yaml",
      good.replace('["httpd*"]', '["httpd", CVE-2026-1]').replace("2026-11", "2027-11"),
    );
    const b = folder.write("b.yaml", good.replace("httpd*", "httpd"));
    const { code, out, err } = await check([a, b]);
    expect([code, err]).to.deep.equal([1, ""]);
    expect(out.split("\n")).to.deep.equal([
      `${a}:4:24: patches[1]: got CVE-2026-1; allowed is the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded. Name the packages that it is about, such as "openssl*".`,
      `${a}:8:14: expires: got 2027-11-01; allowed is at most 90 days after the upload, which is through 2026-11-29 in UTC. Write 2026-11-29 or earlier, and renew the exclusion before it ends.`,
      `${b}:4:15: warning: patches[0]: "httpd" does not keep the package out of AMAZON_LINUX_2023 where another one needs it, or one of the same source brings it along; "httpd*" does`,
      `2 files: 1 good with 1 entry, 1 refused for 2 problems, 1 warning ${rulesOfDev}.`,
      "",
    ]);
    expect((await check([b])).code).to.equal(0);
  });

  it("goes by the stack's operating systems, days and time zone", async () => {
    const file = folder.write("a.yaml", good.replace("httpd*", "KB5034439"));
    expect((await check([file])).out).to.contain(`${file}:4:15: patches[0]: got "KB5034439"; `);
    const prod = "(stack prod, AMAZON_LINUX_2023, UBUNTU, WINDOWS, at most 60 days)";
    expect((await check([file, "--stack", "prod"])).out).to.match(
      /^\S+:8:14: expires: got 2026-11-01; allowed is at most 60 days after the upload, which is through 2026-10-30 in America\/New_York\. /,
    );
    const sooner = folder.write("b.yaml", good.replace("httpd*", "KB5034439").replace("11-01", "10-30"));
    expect(await check(["--stack=prod", sooner])).to.deep.include({
      code: 0,
      out: `1 file: 1 good with 1 entry ${prod}.\n`,
    });
    const elsewhere = folder.write("c.yaml", `${good}    regions: [eu-west-1]\n`);
    expect((await check([elsewhere])).out).to.contain(
      `${elsewhere}:9:15: regions[0]: got eu-west-1; allowed is one of the stack's Regions, us-east-1, us-west-2, eu-central-1. Write us-east-1.`,
    );
  });

  it("checks as if it were another day", async () => {
    const file = folder.write("a.yaml", good);
    const { code, out } = await check([file, "--at", "2026-12-01T00:00:00Z"]);
    expect(code).to.equal(1);
    expect(out).to.contain("allowed is a time after the upload, which was at 2026-12-01T00:00:00Z.");
    expect((await check([file], { now: Date.parse("2026-12-01T00:00:00Z") })).out).to.equal(out);
  });

  it("reads files of instances by their name", async () => {
    const file = folder.write("patch-exclusions.json", '{"i-0a1b2c3d": {"exclude_patches": ["nano"]}}');
    const other = folder.write("other.json", '{"i-0a1b2c3d": {"exclude_patches": ["nano*"]}}');
    const { code, out } = await check([other, file]);
    expect(code).to.equal(1);
    expect(out.split("\n").slice(0, 2)).to.deep.equal([
      `${other}:1:1: got an object of instances; allowed is an object with version and exclusions. Name the file patch-exclusions.json.`,
      `${file}:1:37: warning: exclude_patches[0]: "nano" does not keep the package out of AMAZON_LINUX_2023 where another one needs it, or one of the same source brings it along; "nano*" does`,
    ]);
  });

  it("tells of a file that the processor would not take", async () => {
    const file = folder.write("notes.txt", good);
    expect(await check([file])).to.deep.equal({
      code: 1,
      out:
        `${file}:1:1: got the name "notes.txt"; allowed is a name that ends in .yaml, .yml or .json. Rename the file, or put it elsewhere.\n` +
        `1 file: 1 refused for 1 problem ${rulesOfDev}.\n`,
      err: "",
    });
  });

  it("says how many problems it left out", async () => {
    const nodes = Array.from({ length: 600 }, (_, index) => `n${index}`).join(", ");
    const entry = (id: string) =>
      good
        .split("\n")
        .slice(2)
        .join("\n")
        .replace("payments-httpd", id)
        .replace("i-0a1b2c3d4e5f60718", nodes);
    const file = folder.write("a.yaml", `version: 1\nexclusions:\n${entry("a")}${entry("b")}`);
    const { out } = await check([file]);
    expect(out.split("\n").slice(-3)).to.deep.equal([
      `${file}: and 200 more.`,
      `1 file: 1 refused for 1200 problems ${rulesOfDev}.`,
      "",
    ]);
  });

  it("tells all of it as JSON", async () => {
    const a = folder.write("a.yaml", good.replace("httpd*", "httpd"));
    const b = folder.write("b.yaml", good.replace("id: payments-httpd", 'id: "-"'));
    const { code, out } = await check([a, "--json", b, folder.path]);
    expect(code).to.equal(2);
    expect(JSON.parse(out)).to.deep.equal({
      version: 1,
      stack: "dev",
      files: [
        {
          file: a,
          ok: true,
          entries: [{ id: "payments-httpd", line: 3, expires: "2026-11-02T00:00:00.000Z" }],
          warnings: [
            {
              line: 4,
              column: 15,
              path: "exclusions[0].patches[0]",
              entryId: "payments-httpd",
              message:
                'patches[0]: "httpd" does not keep the package out of AMAZON_LINUX_2023 where another one needs it, or one of the same source brings it along; "httpd*" does',
            },
          ],
        },
        { file: b, ok: false, ...JSON.parse(out).files[1] },
        { file: folder.path, ok: false, error: "it is a folder" },
      ],
    });
    const [problem] = JSON.parse(out).files[1].problems;
    expect(problem).to.include({ line: 3, column: 9, path: "exclusions[0].id", got: '"-"' });
  });

  it("goes on after a file that it cannot read, and ends with 2", async () => {
    const pipe = join(folder.path, "pipe.yaml");
    execFileSync("mkfifo", [pipe]);
    mkdirSync(join(folder.path, "sub"));
    const file = folder.write("a.yaml", good);
    const files = ["sub", "none.yaml", "a.yaml/b.yaml", "pipe.yaml", "x".repeat(300)];
    const paths = files.map((name) => join(folder.path, name));
    const { code, out, err } = await check([...paths, file]);
    expect(code).to.equal(2);
    expect(out).to.equal(`6 files: 1 good with 1 entry, 5 not read ${rulesOfDev}.\n`);
    expect(err.split("\n")).to.deep.equal([
      `${paths[0]}: it is a folder.`,
      `${paths[1]}: there is no such file.`,
      `${paths[2]}: a part of its path is no folder.`,
      `${paths[3]}: it is no file.`,
      `${paths[4]}: its name is too long.`,
      "",
    ]);
  });

  it("lets nothing hostile reach the terminal, on one with colours as well", async () => {
    const name = "a\u001b[31m\n\u202e\u009b2J.yaml";
    const file = folder.write(name, good.replace("payments@example.com", '"\u202e@\u009b"'));
    const gone = join(folder.path, "gone\u001b]0;x\u0007.yaml");
    for (const isTTY of [false, true]) {
      const { out, err } = await check([file, gone], { isTTY });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
      const unseen = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;
      expect(out).to.not.match(unseen);
      expect(err).to.not.match(unseen);
      expect(out).to.contain("a\\u001b[31m\\u000a\\u202e\\u009b2J.yaml:7:12: owner: got ");
      expect(err).to.equal(`${folder.path}/gone\\u001b]0;x\\u0007.yaml: there is no such file.\n`);
    }
    const { out } = await check([file, "--json"]);
    expect(JSON.parse(out).files[0].file).to.equal(file);
    expect(out).to.not.contain("\u202e");
  });

  it("takes the very bytes for what they are", async () => {
    const file = folder.write("a.yaml", Uint8Array.of(0xff, 0xfe, 0x41, 0));
    expect((await check([file])).out).to.contain(
      `${file}:1:1: got a text in UTF-16; allowed is UTF-8. Save the file as UTF-8.`,
    );
    const large = folder.write("b.yaml", new Uint8Array(1024 * 1024 + 1));
    expect((await check([large])).out).to.contain(`${large}:1:1: got 1048577 bytes; `);
  });

  it("does not depend on the clock", async () => {
    const file = folder.write("a.yaml", good);
    expect(await check([file], { now })).to.deep.equal(await check([file, "--at", "2026-09-01T10:00:00Z"]));
  });
});
