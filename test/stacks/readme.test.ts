import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { project } from "../support/configuration.js";
import { root } from "../support/program.js";
import { played, resultOf, type StackFile } from "../support/pulumiConfig.js";

const text = readFileSync(join(root, "README.md"), "utf8");

/** The lines of a section that set the configuration. */
function linesOf(section: string): string[] {
  const found = new RegExp(`^## ${section}\n(.*?)^## `, "ms").exec(text)?.[1];
  if (found === undefined) throw new RangeError(`the README has no section ${section}`);
  return found.match(/(?:npx )?pulumi config set (?:--path )?\S+ (?:"[^"]*"|'[^']*'|[^\s`]+)/g) ?? [];
}

describe("the lines of the README", () => {
  const text = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8").replaceAll(`${project}:`, "");
  const dev = (parse(text) as { readonly config: StackFile }).config;
  const least = {
    "aws:region": "us-east-1",
    environment: "dev",
    patchGroups: ["web"],
    operatingSystems: ["UBUNTU"],
  };
  const deploy = linesOf("Deploy it for real");
  const configure = linesOf("Configure it");
  const fanout = linesOf("Fan out");

  it("are there", () => {
    expect([deploy.length, configure.length, fanout.length]).to.deep.equal([4, 1, 5]);
  });

  for (const [file, values] of [
    ["Pulumi.dev.yaml", dev],
    ["a file with the required keys alone", least],
  ] as const) {
    for (const [what, lines] of [
      ["deploy", deploy],
      ["configure", configure],
      ["fan out", fanout],
      ["deploy, configure and fan out", [...deploy, ...configure, ...fanout]],
      ["deploy into another zone", [...deploy, "npx pulumi config set scheduleTimezone Europe/Berlin"]],
    ] as const) {
      it(`that ${what} are accepted, played onto ${file}`, () => {
        const result = resultOf([...lines].reduce<StackFile>(played, values));
        expect(result.ok ? [] : result.problems).to.deep.equal([]);
      });
    }
  }

  it("do what they say", () => {
    const result = resultOf([...deploy, ...configure, ...fanout].reduce<StackFile>(played, least));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { config } = result;
    expect(config).to.deep.include({ homeRegion: "eu-central-1", stacks: ["scan", "install", "central"] });
    expect(config.targets).to.deep.include({ patchGroups: ["web-servers"], tags: { Environment: ["dev"] } });
    expect(config.notificationEmails).to.deep.equal(["you@example.com"]);
    expect(config.install.expression).to.equal("cron(0 4 ? * SAT#3 *)");
    expect(config.fanout.regions).to.deep.equal(["us-east-2", "eu-west-1"]);
  });
});
