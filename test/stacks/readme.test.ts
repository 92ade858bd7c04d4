import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { type ConfigResult, readConfig } from "#stacks/config/config.js";
import { now, project, required } from "../support/configuration.js";
import { readProject } from "../support/engine/index.js";
import { root } from "../support/program.js";

type Values = Record<string, unknown>;

const text = readFileSync(join(root, "README.md"), "utf8");
const line = /npx pulumi config set (?<path>--path )?'?(?<key>[^' ]+)'? (?:"(?<quoted>[^"]*)"|(?<plain>\S+))/;

/** The lines of a section that set the configuration. */
function linesOf(section: string): string[] {
  const found = new RegExp(`^## ${section}\n(.*?)^## `, "ms").exec(text)?.[1];
  if (found === undefined) throw new RangeError(`the README has no section ${section}`);
  return found.match(new RegExp(line.source.replaceAll(/\?<\w+>/g, "?:"), "g")) ?? [];
}

/**
 * Sets what a line says, as the CLI does: with `--path` a list is begun or goes on where it ends, and an index beyond that
 * is refused. The CLI writes the stack's own file and knows nothing of a default list.
 */
function play(values: Values, command: string): void {
  const { path, key = "", quoted, plain } = line.exec(command)?.groups ?? {};
  const value = quoted ?? plain;
  const steps = path === undefined ? [key] : key.split(/[.[\]]+/).filter((step) => step !== "");
  const [first = "", ...rest] = steps;
  const last = rest.pop();
  const name = first.includes(":") ? first : `${project}:${first}`;
  if (last === undefined) {
    values[name] = value;
    return;
  }
  expect(rest, "a line goes one step deep").to.deep.equal([]);
  const isIndex = /^\d+$/.test(last);
  const inner = values[name] ?? (isIndex ? [] : {});
  if (Array.isArray(inner) && Number(last) > inner.length) throw new RangeError(`${command}: out of range`);
  Reflect.set(inner as object, last, value);
  values[name] = inner;
}

/** What the loader makes of a stack's file after these lines. */
function accepted(values: Values, lines: readonly string[]): ConfigResult {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    for (const one of lines) play(values, one);
    writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config: values }));
    return readConfig(readProject(folder, "dev").config, project, now);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the lines of the README", () => {
  const dev = () =>
    (parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as { readonly config: Values }).config;
  const least = (): Values => ({
    "aws:region": "us-east-1",
    ...Object.fromEntries(
      Object.entries(required).map(([key, value]) => [
        `${project}:${key}`,
        /^\[/.test(value) ? JSON.parse(value) : value,
      ]),
    ),
  });
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
        const result = accepted(values(), lines);
        expect(result.ok ? [] : result.problems).to.deep.equal([]);
      });
    }
  }

  it("do what they say", () => {
    const result = accepted(least(), [...deploy, ...configure, ...fanout]);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { config } = result;
    expect(config).to.deep.include({ homeRegion: "eu-central-1", stacks: ["scan", "install", "central"] });
    expect(config.targets).to.deep.include({ patchGroups: ["web-servers"], tags: { Environment: ["dev"] } });
    expect(config.notificationEmails).to.deep.equal(["you@example.com"]);
    expect(config.install.expression).to.equal("cron(0 4 ? * SAT#3 *)");
    expect(config.fanout.regions).to.deep.equal(["us-east-2", "eu-west-1"]);
  });
});
