import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type ProjectSettings, readProject } from "../support/engine/index.js";

const head = "name: patchplane\nruntime: nodejs\n";

describe("project files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "project-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function read(project: string, stack = ""): ProjectSettings {
    writeFileSync(join(directory, "Pulumi.yaml"), project);
    writeFileSync(join(directory, "Pulumi.dev.yaml"), stack);
    return readProject(directory, "dev");
  }

  it("takes the loader from the runtime's options", () => {
    const project = `name: patchplane
runtime:
  name: nodejs
  options: { typescript: false, nodeargs: "--import tsx --title 'a b'" }
`;
    expect(read(project)).to.deep.equal({
      project: "patchplane",
      typescript: false,
      nodeArgs: ["--import", "tsx", "--title", "a b"],
      config: {},
    });
    expect(read(head)).to.include({ project: "patchplane", typescript: true });
  });

  it("encodes values as the CLI does", () => {
    const stack = `config:
  schedule: cron(0 2 ? * * *)
  hours: 3
  enabled: true
  groups: [a, b]
  patchplane:tags: { Env: [dev, 1] }
  aws:region: eu-central-1
`;
    expect(read(head, stack).config).to.deep.equal({
      "patchplane:schedule": "cron(0 2 ? * * *)",
      "patchplane:hours": "3",
      "patchplane:enabled": "true",
      "patchplane:groups": '["a","b"]',
      "patchplane:tags": '{"Env":["dev",1]}',
      "aws:region": "eu-central-1",
    });
  });

  it("lets a stack's value replace the project's default whole", () => {
    const project = `${head}config:
  tags: { type: object, default: { A: a, B: b } }
  hours: { type: integer, default: 0 }
  zone: UTC
  aws:region: { value: us-east-1 }
`;
    expect(read(project, "config: { tags: { A: z } }").config).to.deep.equal({
      "patchplane:tags": '{"A":"z"}',
      "patchplane:hours": "0",
      "patchplane:zone": "UTC",
      "aws:region": "us-east-1",
    });
  });

  it("lists every declared key that has no value", () => {
    const project = `${head}config:
  b: { type: string }
  a: { type: integer, default: null }
  c: { type: string, default: "" }
`;
    expect(() => read(project)).to.throw("Stack 'dev' is missing configuration for a, b");
  });

  it("checks declared types, default and stack value alike", () => {
    const project = `${head}config:
  hours: { type: integer, default: 3 }
  groups: { type: array, items: { type: string }, default: [] }
  flag: { type: boolean, default: maybe }
`;
    const act = () => read(project, "config: { hours: soon, groups: { a: 1 } }");
    expect(act).to.throw(
      /hours must be of type integer\n.*groups must be of type array<string>\n.*flag must be of/,
    );
    expect(read(project.replace("maybe", "false"), "config: { hours: '4' }").config).to.include({
      "patchplane:hours": "4",
      "patchplane:flag": "false",
    });
  });

  it("refuses a type for a key of another project", () => {
    const act = () => read(`${head}config:\n  aws:region: { type: string, default: us-east-1 }\n`);
    expect(act).to.throw("aws:region is not of this project");
  });

  for (const [what, stack, problem] of [
    ["an encrypted value", "config: { token: { secure: AAA } }", "patchplane:token is encrypted"],
    [
      "a bare date",
      "config: { freezes: [{ from: 2026-12-20 }] }",
      "patchplane:freezes[0].from is a bare date",
    ],
    ["a key without a value", "config: { hours: }", "patchplane:hours has no value"],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => read(head, stack)).to.throw(problem);
    });
  }
});
