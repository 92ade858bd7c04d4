import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { root } from "#test/support/program.js";
import { type Ended, least, Project } from "./support/project.js";

const read = (page: string) => readFileSync(join(root, page), "utf8");
const readme = read("README.md");

/** A section of a page, with its heading. */
function section(page: string, title: string): string {
  const found = new RegExp(`^## ${title}\n.*?(?=^## |$(?![^]))`, "ms").exec(page)?.[0];
  if (found === undefined) throw new RangeError(`no section ${title}`);
  return found;
}

/** What a page tells people to type: the lines of its blocks and the spans of its sentences that begin with `pulumi`. */
function commands(page: string): string[] {
  return Array.from(
    page.matchAll(/^(?:\$ | *- run: )?((?:npx )?pulumi (?:.*))$|`((?:npx )?pulumi [^`]+)`/gm),
    ([, line = "", span = ""]) => (line === "" ? span : line).replace(/^npx /, ""),
  );
}

/** What Pulumi is called in a sentence, and no command to be typed as it stands. */
const spoken = ["pulumi up", "pulumi destroy", "pulumi config set KEY VALUE --stack STACK"];

describe("the README's lines, played to the letter", () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project?.remove());

  async function play(line: string): Promise<Ended> {
    const ended = await project.line(line);
    expect(ended.code, `${line}\n${ended.output}`).to.equal(0);
    return ended;
  }

  it("begin with a backend", async () => {
    const [login = "", local] =
      section(readme, "Deploy it for real").match(/(?<=`)(npx pulumi login|--local)(?=`)/g) ?? [];
    const line = `${login.replace(/^npx /, "")} ${local}`;
    expect(line).to.equal("pulumi login --local");
    // A login writes down its backend, and the variable that the other tests use would count for more.
    const { code, output } = await project.line(line, { PULUMI_BACKEND_URL: "" });
    expect(code, output).to.equal(0);
  });

  it("deploy", async () => {
    const lines = commands(section(readme, "Deploy it for real")).filter(
      (line) => !line.startsWith("pulumi login"),
    );
    const block = lines.slice(0, lines.indexOf("pulumi up") + 1);
    expect(block).to.have.lengthOf(6);
    for (const line of block) await play(line);
    const [policy = ""] = lines.filter((line) => line.includes("stack output"));
    expect((await play(policy)).output).to.match(/^arn:aws:iam:\S*:Policy\//);
  });

  it("configure", async () => {
    const [line = ""] = commands(section(readme, "Configure it"));
    await play(line);
    expect((await play("pulumi up")).output).to.match(/~ 1 updated|~ \d+ updated/);
  });

  it("tell the bucket of exclusions", async () => {
    const [line = ""] = commands(section(readme, "Exclude"));
    expect((await play(line)).output.trim()).to.match(/^[a-z0-9-]{3,63}$/);
  });

  it("fan out", async () => {
    const lines = commands(section(readme, "Fan out"));
    expect(lines).to.have.lengthOf(6);
    for (const line of lines) await play(line);
    expect((await play("pulumi stack output fanoutWindowId")).output.trim()).to.not.equal("");
  });

  it("name outputs that there are, those of the other pages too", async () => {
    const pages = [
      "README.md",
      ...readdirSync(join(root, "docs"))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `docs/${name}`),
    ];
    const lines = pages
      .flatMap((page) => read(page).match(/\bpulumi stack output \w+(?: --stack \w+)?/g) ?? [])
      // A stack has it with rings alone: test/lab/scenarios/fanoutRingAccounts.test.ts.
      .filter((line) => !line.includes("fanoutRings"))
      // Pages that speak of another stack name an output of it that every stack has.
      .map((line) => line.replace(/--stack \w+$/, "--stack dev"));
    expect(lines.length).to.be.at.least(4);
    for (const line of new Set(lines)) expect((await play(line)).output.trim(), line).to.not.equal("");
  });

  it("remove", async () => {
    const [line = ""] = commands(section(readme, "Deploy it for real")).filter((one) =>
      one.includes("destroy"),
    );
    await play(line);
    expect(await project.state("dev")).to.deep.equal([]);
  });

  it("are all that there are", () => {
    const played = ["Deploy it for real", "Configure it", "Exclude", "Fan out"].flatMap((title) =>
      commands(section(readme, title)),
    );
    expect(commands(readme).filter((line) => !played.includes(line) && !spoken.includes(line))).to.deep.equal(
      [],
    );
  });
});

describe("the lines of the other pages, played to the letter", () => {
  const lines = new Set(
    readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .flatMap((name) => commands(read(`docs/${name}`)))
      .filter((line) => !line.startsWith("pulumi stack output") && !spoken.includes(line)),
  );
  const played = new Set<string>();
  let project: Project;
  before(() => {
    project = new Project(false);
    const central = { stacks: ["scan", "install", "central"], fanoutRegions: ["us-west-2"] };
    for (const stack of ["prod", "dev"])
      project.configure(stack, { ...least, ...central, environment: stack });
  });
  after(() => project?.remove());

  /** @param typed what a person types, where the page names what to put there */
  async function play(line: string, typed = line): Promise<Ended> {
    expect([...lines], line).to.include(line);
    played.add(line);
    const ended = await project.line(typed);
    expect(ended.code, `${typed}\n${ended.output}`).to.equal(0);
    return ended;
  }

  it("of another account and of a pipeline", async () => {
    await play("pulumi stack init prod");
    expect((await play("pulumi preview --stack prod")).output).to.match(/\+ \d+ to create/);
    expect((await play("pulumi up --stack prod")).output).to.match(/\+ \d+ created/);
    expect((await play("pulumi up --stack prod --yes")).output).to.match(/\d+ unchanged/);
    expect((await play("pulumi preview --stack prod --diff")).output).to.match(/\d+ unchanged/);
    await play("pulumi preview");
  });

  it("of approvers and deployers", async () => {
    await project.begin("dev");
    const some = [...lines].filter((line) => line.startsWith("pulumi config set"));
    expect(some).to.have.lengthOf(3);
    for (const line of some) await play(line);
    await project.well("preview", "--stack", "dev");
    await project.well("stack", "select", "prod");
  });

  it("of a runbook that is made anew", async () => {
    const { output } = await play("pulumi stack --show-urns");
    const [urn = ""] = output.match(/urn:\S*:ssm\/document:Document::\S+/) ?? [];
    const { calls } = await play("pulumi up --target-replace URN", `pulumi up --target-replace '${urn}'`);
    expect(calls.map((one) => one.call).sort()).to.deep.equal(["create", "delete"]);
    await project.unchanged("prod");
  });

  it("of a deployment that was killed, and of another name", async () => {
    await play("pulumi cancel");
    await play("pulumi stack rename", "pulumi stack rename later");
    await project.up("later");
    await project.unchanged("later");
  });

  it("are all that there are", () => {
    expect([...lines].filter((line) => !played.has(line))).to.deep.equal([]);
  });
});

describe("the stack files that docs/configuration.md shows", () => {
  const blocks = Array.from(
    read("docs/configuration.md").matchAll(/^```yaml\n(config:\n.*?)^```$/gms),
    ([, block = ""]) => block,
  );
  let project: Project;
  before(async () => {
    project = new Project(false);
    await project.begin("s1");
  });
  after(() => project?.remove());

  it("are there", () => {
    expect(blocks).to.have.lengthOf(2);
  });

  for (const block of blocks) {
    const values = (parse(block) as { config: Record<string, unknown> }).config;
    it(`are accepted: ${Object.keys(values).join(", ")}`, async () => {
      const systems = Object.keys(values["patchplane:baselines"] ?? {});
      const operatingSystems = systems.length === 0 ? {} : { "patchplane:operatingSystems": systems };
      project.configure("s1", { ...least, ...operatingSystems, ...values });
      await project.well("preview", "--stack", "s1");
    });
  }
});
