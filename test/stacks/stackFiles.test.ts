import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CannotRun } from "#shared/terminal/terminal.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { noYaml, yamlTable } from "./support/yamlTable.js";

describe("the configuration of a stack", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(project: string, stack: string) {
    writeFileSync(join(folder, "Pulumi.yaml"), project);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stack);
    return stackSettings(folder, "dev");
  }
  const region = "config: { aws:region: eu-west-1 }";

  it("is the project's defaults under the stack's own values, everything but text as JSON", () => {
    const project = `
name: demo
config:
  declared: { type: string, default: text }
  fixed: { value: [1, 2] }
  short: 5
  list: [a]
  empty: { type: string }
  replaced: { default: { a: 1 } }
  other:key: { default: true }
`;
    const stack = `
config:
  aws:region: eu-west-1
  demo:replaced: { b: 2 }
  demo:declared: own
`;
    expect(read(project, stack)).to.deep.equal({
      project: "demo",
      stack: "dev",
      homeRegion: "eu-west-1",
      secretKeys: [],
      values: {
        "aws:region": "eu-west-1",
        "demo:declared": "own",
        "demo:fixed": "[1,2]",
        "demo:short": "5",
        "demo:list": '["a"]',
        "demo:replaced": '{"b":2}',
        "other:key": "true",
      },
    });
  });

  for (const [written, handedOver] of yamlTable) {
    it(`is what Pulumi hands over for ${written}`, () => {
      const { values } = read("name: demo", `config:\n  aws:region: eu-west-1\n  demo:key: ${written}\n`);
      expect(values["demo:key"]).to.equal(handedOver);
    });
  }

  for (const written of noYaml) {
    it(`is refused for ${written}, as Pulumi does`, () => {
      expect(() => read("name: demo", `config:\n  aws:region: eu-west-1\n  demo:key: ${written}\n`)).to.throw(
        CannotRun,
      );
    });
  }

  it("names the keys whose values are encrypted, at any depth", () => {
    const stack = `
config:
  aws:region: eu-west-1
  demo:plain: { secure: { not: text } }
  demo:token: { secure: v1:abc }
  demo:list: [a, { secure: v1:abc }]
  demo:config:old: { deep: { secure: v1:abc } }
`;
    expect(read("name: demo", stack).secretKeys).to.deep.equal(["demo:token", "demo:list", "demo:old"]);
  });

  it("takes aliases and merged maps", () => {
    const stack = `
config:
  aws:region: eu-west-1
  demo:one: &one { a: 1, b: x }
  demo:two: { <<: *one, b: y }
  demo:three: *one
`;
    const { values } = read("name: demo", stack);
    expect(values).to.include({ "demo:two": '{"a":1,"b":"y"}', "demo:three": '{"a":1,"b":"x"}' });
  });

  it("may be empty but for the Region", () => {
    expect(read("name: demo", region).values).to.deep.equal({ "aws:region": "eu-west-1" });
  });

  for (const [what, project, stack, message] of [
    [
      "without a Region",
      "name: demo",
      "",
      /names no Region; mend it: pulumi config set aws:region us-east-1 --stack dev/,
    ],
    ["of a project without a name", "config: {}", region, /Pulumi\.yaml: .*name/s],
    ["that is not YAML", "name: demo", "a: [", /Pulumi\.dev\.yaml cannot be read: /],
    ["that is a list", "name: demo", "- a", /Pulumi\.dev\.yaml: /],
  ] as const) {
    it(`is refused ${what}`, () => {
      expect(() => read(project, stack)).to.throw(CannotRun, message);
    });
  }

  it("is refused in a folder without a project", () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), region);
    expect(() => stackSettings(folder, "dev")).to.throw(CannotRun, /Pulumi\.yaml cannot be read: /);
  });

  it("is refused for a stack that has no file, or no name that a file could have", () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: demo");
    expect(() => stackSettings(folder, "dev")).to.throw(CannotRun, /there is no Pulumi.dev.yaml/);
    for (const name of ["../dev", "", "a b", "a".repeat(101)]) {
      expect(() => stackSettings(folder, name), name).to.throw(
        CannotRun,
        /--stack: got .*; allowed are letters/,
      );
    }
  });
});
