import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readConfig } from "#stacks/config/config.js";
import { type ConfigKeyName, configKeys, configSchema } from "#stacks/config/configSchema.js";
import { now, problemsWith, project, required } from "../support/configuration.js";
import { readProject } from "../support/engine/index.js";
import { root } from "../support/program.js";

interface Declaration {
  readonly type?: string;
  readonly items?: { readonly type: string };
  readonly description?: string;
  readonly default?: unknown;
}
interface ProjectFile {
  readonly name: string;
  readonly config: Readonly<Record<string, Declaration>>;
}
interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

const yaml = <T>(file: string) => parse(readFileSync(join(root, file), "utf8")) as T;
const file = yaml<ProjectFile>("Pulumi.yaml");
const names = Object.keys(configKeys) as ConfigKeyName[];

describe("Pulumi.yaml", () => {
  it("is of this project", () => {
    expect(file.name).to.equal(project);
  });

  it("declares the schema's keys, in the order of the schema, and no other", () => {
    expect(Object.keys(file.config)).to.deep.equal(names);
    expect(Object.keys(configSchema.shape)).to.deep.equal(names);
  });

  for (const name of names) {
    it(`declares ${name} with the schema's type and a description`, () => {
      const declaration = file.config[name];
      expect(declaration?.type).to.equal(configKeys[name].type);
      expect(declaration?.items).to.deep.equal(
        configKeys[name].type === "array" ? { type: "string" } : undefined,
      );
      expect(declaration?.description).to.match(/^\S.{15,120}$/);
    });
  }

  it("has the schema's defaults", () => {
    const least = { environment: "dev", patchGroups: ["web"], operatingSystems: ["UBUNTU"] };
    const declared = names.flatMap((name) => {
      const value = file.config[name]?.default;
      return value === undefined ? [] : [[name, value] as const];
    });
    expect({ ...least, ...Object.fromEntries(declared) }).to.deep.equal(configSchema.parse(least));
    expect(names.filter((name) => file.config[name]?.default === undefined)).to.deep.equal(
      Object.keys(required),
    );
  });
});

for (const stack of ["dev", "prod"]) {
  describe(`Pulumi.${stack}.yaml`, () => {
    const own = yaml<StackFile>(`Pulumi.${stack}.yaml`);

    it("is complete and right", () => {
      const settings = readProject(root, stack);
      const result = readConfig(settings.config, settings.project, now);
      expect(result.ok ? [] : result.problems).to.deep.equal([]);
      expect(result.ok && result.config.environment).to.equal(stack);
    });

    it("names a Region, and who is told", () => {
      expect(own.config["aws:region"]).to.match(/^[a-z]{2}-[a-z]+-\d$/);
      expect(own.config[`${project}:notificationEmails`]).to.be.an("array").that.is.not.empty;
    });

    it("repeats no default", () => {
      const repeated = names.filter((name) => {
        const value = own.config[`${project}:${name}`];
        return value !== undefined && JSON.stringify(value) === JSON.stringify(file.config[name]?.default);
      });
      // Said all the same where a change of the default must not reach production.
      expect(repeated).to.deep.equal(stack === "prod" ? ["maxConcurrency"] : []);
    });
  });
}

describe("the line that mends a key", () => {
  for (const name of names) {
    it(`gives ${name} a value that is taken`, () => {
      const { key, value } = settingOf(configKeys[name].example);
      expect(key).to.equal(name);
      const further = name === "baselines" ? { operatingSystems: ["UBUNTU", "AMAZON_LINUX_2023"] } : {};
      expect(problemsWith({ ...further, [key]: value })).to.deep.equal([]);
    });
  }
});

/** What `pulumi config set` makes of its words. */
function settingOf(words: string): { key: string; value: unknown } {
  const [, path, quoted, plain] =
    /^(?:--path )?'?([^' ]+)'? (?:"([^"]*)"|(\S+))(?: --type string)?$/.exec(words) ?? [];
  const value = quoted ?? plain;
  if (path === undefined || value === undefined) throw new Error(`not the words of a setting: ${words}`);
  const [key = "", ...steps] = path.split(/[.[\]]+/).filter((part) => part !== "");
  const built = steps.reduceRight<unknown>(
    (inner, step) => (/^\d+$/.test(step) ? [inner] : { [step]: inner }),
    value,
  );
  return { key, value: built };
}
