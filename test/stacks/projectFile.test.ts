import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readConfig } from "#stacks/config/config.js";
import { configKeys } from "#stacks/config/configKeys.js";
import { type ConfigKeyName, configSchema } from "#stacks/config/configSchema.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { now, problemsWith, project, required } from "../support/configuration.js";
import { root } from "../support/program.js";
import { played } from "../support/pulumiConfig.js";

interface Declaration {
  readonly description: string;
  readonly default: unknown;
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

  it("declares the schema's keys that have a default, in the order of the schema, and no other", () => {
    const optional = names.filter((name) => !Object.hasOwn(required, name));
    expect(Object.keys(file.config)).to.deep.equal(optional);
    expect(Object.keys(configSchema.shape)).to.deep.equal(names);
  });

  // The CLI stops at the first key that lacks a value or has another type, and hides what the program would say of all.
  it("leaves it to the program to judge: no key is required, none has a type", () => {
    for (const [name, declaration] of Object.entries(file.config)) {
      expect(declaration, name).to.have.all.keys("description", "default");
      expect(declaration.description, name).to.match(/^\S.{15,120}$/);
    }
  });

  it("has the schema's defaults", () => {
    const least = { environment: "dev", patchGroups: ["web"], operatingSystems: ["UBUNTU"] };
    const declared = Object.entries(file.config).map(([name, { default: value }]) => [name, value] as const);
    expect({ ...least, ...Object.fromEntries(declared) }).to.deep.equal(configSchema.parse(least));
  });
});

for (const stack of ["dev", "prod"]) {
  describe(`Pulumi.${stack}.yaml`, () => {
    const own = yaml<StackFile>(`Pulumi.${stack}.yaml`);

    it("is complete and right", () => {
      const settings = stackSettings(root, stack);
      const result = readConfig(settings.values, settings.project, now);
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
      const set = played({}, `pulumi config set ${configKeys[name].example}`);
      expect(Object.keys(set)).to.deep.equal([name]);
      const further = name === "baselines" ? { operatingSystems: ["UBUNTU", "AMAZON_LINUX_2023"] } : {};
      expect(problemsWith({ ...further, ...set })).to.deep.equal([]);
    });
  }
});
