import { expect } from "chai";
import ts from "typescript";
import { internals } from "./internals.js";
import {
  circles,
  imports,
  knowRegions,
  nodes,
  ofText,
  ownExports,
  type Source,
  sourcesBelow,
  texts,
} from "./sources.js";

/** Who may know whom: a room, and the rooms whose modules it may import beside its own. */
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  index: ["stacks"],
  stacks: ["components", "schedule", "shared"],
  components: ["schedule", "shared"],
  schedule: ["shared"],
  shared: ["schedule"],
  functions: ["schedule", "shared"],
  lab: ["index", "stacks", "components", "schedule", "functions", "shared"],
  tools: ["stacks", "components", "schedule", "functions", "shared"],
  test: ["index", "stacks", "components", "schedule", "functions", "lab", "tools", "bench", "shared"],
  examples: [],
  template: [],
  bench: ["index", "stacks", "components", "schedule", "functions", "lab", "tools", "test", "shared"],
};

const sources = sourcesBelow("");
const inRooms = (...rooms: string[]) => sources.filter(({ room }) => rooms.includes(room));
const program = () => inRooms("index", "stacks", "components");

/** What is below a folder, and all that it may import beside its own: folders or files. */
const folders: Readonly<Record<string, readonly string[]>> = {
  "stacks/": ["components/index.ts", "schedule/", "shared/"],
  "functions/shared/": ["schedule/", "shared/"],
  "functions/exclusion-processor/": ["functions/shared/", "schedule/", "shared/"],
  "functions/regional-fanout/": ["functions/shared/", "schedule/", "shared/"],
  "schedule/": ["shared/text/"],
  "shared/text/": [],
  "shared/contract/": ["schedule/", "shared/text/"],
  "shared/page/": ["shared/text/"],
  "shared/terminal/": ["shared/text/"],
};

/** Imports by which a module of one of the `folders` leaves what that may know. */
function strays(source: Source): string[] {
  const [folder, allowed] = Object.entries(folders).find(([one]) => source.path.startsWith(one)) ?? [];
  if (folder === undefined || allowed === undefined) return [];
  return imports(source).flatMap(({ specifier, target }) =>
    target === undefined || [folder, ...allowed].some((one) => target.startsWith(one))
      ? []
      : [`${source.path} imports ${specifier}`],
  );
}

function trespasses(source: Source): string[] {
  const allowed = [source.room, ...(mayKnow[source.room] ?? [])];
  return imports(source).flatMap(({ specifier, room }) =>
    room === undefined || allowed.includes(room) ? [] : [`${source.path} imports ${specifier}`],
  );
}

function longConstructors(source: Source): string[] {
  // Most modules have none, and need not be parsed.
  if (!/\bconstructor\(/.test(source.text)) return [];
  return nodes(source)
    .filter(ts.isConstructorDeclaration)
    .flatMap((node) => {
      const lines = node.getText().split("\n").length;
      return lines > 60 ? [`${source.path}: a constructor of ${lines} lines`] : [];
    });
}

/** The components, by the names of their classes. */
const components = new Set(
  inRooms("components")
    .flatMap(nodes)
    .filter(ts.isClassDeclaration)
    .filter(({ heritageClauses = [] }) =>
      heritageClauses.some((clause) => /\bpulumi\.ComponentResource\b/.test(clause.getText())),
    )
    .map(({ name }) => name?.text),
);

/** Resources made in a callback of an output: a preview misses them while the output is unknown. */
function hiddenResources(source: Source): string[] {
  const calls = nodes(source).filter(ts.isCallExpression);
  const callbacks = calls
    .filter(({ expression }) => ts.isPropertyAccessExpression(expression) && expression.name.text === "apply")
    .flatMap((call) => [...call.arguments]);
  return callbacks.flatMap((callback) =>
    nodes({ path: source.path, text: `(${callback.getText()})` })
      .filter(ts.isNewExpression)
      .filter(({ expression }) => {
        const made = expression.getText();
        return made.startsWith("aws.") || components.has(made);
      })
      .map((made) => `${source.path}: ${made.expression.getText()} in apply`),
  );
}

/** Keys in a bucket and tags of the product's own, written where only their names belong. */
function ownNames(source: Source): string[] {
  const key = /^\/?((runs|exclusions|plans|approvals|status|state)\/|deployment\.json)/;
  if (!/(runs|exclusions|plans|approvals|status|state)\/|deployment\.json|patchplane:/.test(source.text))
    return [];
  return texts(source)
    .filter((text) => key.test(text) || /patchplane:(base-group|owner)/.test(text))
    .map((text) => `${source.path}: ${text}`);
}

/** Uses of a property of `pulumi`, such as `Config` or `runtime`. */
function uses(source: Source, property: RegExp): string[] {
  return nodes(source)
    .filter((node) => ts.isPropertyAccessExpression(node) || ts.isQualifiedName(node))
    .map((node) => node.getText())
    .filter((text) => property.test(text))
    .map((text) => `${source.path}: ${text}`);
}

describe("the house", () => {
  it("has no room that it does not know", () => {
    expect([...new Set(sources.map(({ room }) => room))].filter((room) => !(room in mayKnow))).to.deep.equal(
      [],
    );
  });

  it("has modules in the rooms that these rules are about", () => {
    for (const room of ["index", "stacks", "components", "schedule", "shared", "lab", "tools", "test"]) {
      expect(inRooms(room), room).to.not.be.empty;
    }
  });

  for (const room of Object.keys(mayKnow)) {
    it(`lets ${room} know ${mayKnow[room]?.join(", ") || "nobody"} and no other`, () => {
      expect(inRooms(room).flatMap(trespasses)).to.deep.equal([]);
    });
  }

  for (const [folder, allowed] of Object.entries(folders)) {
    it(`lets ${folder} know ${allowed.join(", ") || "nobody"} and no other folder or file`, () => {
      const inside = sources.filter(({ path }) => path.startsWith(folder));
      expect(inside).to.not.be.empty;
      expect(inside.flatMap(strays)).to.deep.equal([]);
    });
  }

  it("has no circle of imports, types included", () => {
    const product = sources.filter(({ room }) => room !== "test" && room !== "bench");
    expect(product).to.not.be.empty;
    expect(circles(product)).to.deep.equal([]);
  });

  describe("exports nothing for tests alone:", () => {
    // The entry's outputs, those of example programs and the functions' handlers are read from without.
    const asked = sources.filter(({ room }) => !["test", "examples", "template"].includes(room));
    const found = ownExports(asked).filter(({ path, name }) => path !== "index.ts" && name !== "handler");

    it("no code that only tests call", () => {
      expect(found.filter(({ isUsedInside }) => !isUsedInside)).to.deep.equal([]);
    });

    it("no further internal", () => {
      expect(found.map(({ path, name }) => `${path}: ${name}`).sort()).to.deep.equal(internals);
    });
  });

  it("lets no service of the lab's account know more of it than the service says", () => {
    expect(knowRegions(inRooms("lab"))).to.deep.equal([]);
  });

  it("has no file over 300 lines", () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > 300);
    expect(long.map(({ path }) => path)).to.deep.equal([]);
  });

  it("has no constructor over 60 lines", () => {
    expect(sources.flatMap(longConstructors)).to.deep.equal([]);
  });

  it("makes no resource in a callback of an output", () => {
    expect(program().flatMap(hiddenResources)).to.deep.equal([]);
  });

  it("spells keys of buckets and tags in the contract alone", () => {
    const others = sources.filter(
      ({ path, room }) => room !== "test" && !path.startsWith("shared/contract/"),
    );
    expect(others.flatMap(ownNames)).to.deep.equal([]);
    expect(inRooms("shared").flatMap(ownNames)).to.not.be.empty;
  });

  it("writes no ARN by hand", () => {
    const byHand = program().flatMap((source) => texts(source).filter((text) => /\barn:aws/.test(text)));
    expect(byHand).to.deep.equal([]);
  });

  it("reads the configuration of a stack in no component and no stack", () => {
    const readers = inRooms("components", "stacks", "schedule", "functions");
    expect(readers.flatMap((source) => uses(source, /^pulumi\.Config$/))).to.deep.equal([]);
  });

  it("reads the runtime's configuration in the entry and the lab alone, and a stack's name for an owner's", () => {
    const named = "components/common/owner.ts";
    const others = sources.filter(
      ({ room, path }) => !["index", "lab", "test"].includes(room) && path !== named,
    );
    expect(others.flatMap((source) => uses(source, /^pulumi\.(runtime|getStack|getProject)$/))).to.deep.equal(
      [],
    );
    expect(inRooms("index").flatMap((source) => uses(source, /^pulumi\.runtime$/))).to.not.be.empty;
  });
});

describe("the rules of the house", () => {
  it("see every way to import", () => {
    const text = [
      'import a from "../stacks/a.js";',
      'import type { B } from "../lab/b.js";',
      'export * from "../test/c.js";',
      'const d = await import("../functions/x/d.js?run=1");',
      'import "./own.js";',
      'import "#lab/f.js";',
      'import { e } from "../index.js";',
      'import zod from "zod";',
    ].join("\n");
    expect(trespasses(ofText("components/x.ts", text))).to.deep.equal([
      "components/x.ts imports ../stacks/a.js",
      "components/x.ts imports ../lab/b.js",
      "components/x.ts imports ../test/c.js",
      "components/x.ts imports ../functions/x/d.js",
      "components/x.ts imports #lab/f.js",
      "components/x.ts imports ../index.js",
    ]);
    expect(trespasses(ofText("functions/x/y.ts", 'import "../../components/a.js";'))).to.have.lengthOf(1);
  });

  it("see a module that leaves its folder", () => {
    const text =
      'import "#components/index.js"; import "#components/common/key.js"; import type { A } from "./a.js";';
    expect(strays(ofText("stacks/x/y.ts", text))).to.deep.equal([
      "stacks/x/y.ts imports #components/common/key.js",
    ]);
    const other = 'import "../../regional-fanout/core/ids.js"; import "../../shared/log.js";';
    expect(strays(ofText("functions/exclusion-processor/core/a.ts", other))).to.have.lengthOf(1);
    expect(strays(ofText("functions/shared/aws/a.ts", other))).to.have.lengthOf(1);
    expect(strays(ofText("shared/text/a.ts", 'import "#schedule/zone.js"; import "zod";'))).to.deep.equal([
      "shared/text/a.ts imports #schedule/zone.js",
    ]);
  });

  it("see a long constructor", () => {
    const body = (lines: number) => `class A {\n  constructor() {\n${"    f();\n".repeat(lines)}  }\n}`;
    expect(longConstructors(ofText("a.ts", body(58)))).to.deep.equal([]);
    expect(longConstructors(ofText("a.ts", body(59)))).to.deep.equal(["a.ts: a constructor of 61 lines"]);
  });

  it("see a resource in a callback", () => {
    const text =
      "x.apply((v) => { if (v) new aws.s3.Bucket(v); }); y.apply(() => new Map()); new aws.sns.Topic(z);";
    expect(hiddenResources(ofText("a.ts", text))).to.deep.equal(["a.ts: aws.s3.Bucket in apply"]);
    const own = [...components].map((name) => `x.apply(() => new ${name}());`).join("\n");
    expect(own).to.contain("new RegionalFanout()").and.to.contain("new ExclusionRecord()");
    expect(hiddenResources(ofText("a.ts", own))).to.have.lengthOf(components.size);
  });

  it("see keys and tags that are spelt by hand", () => {
    const hole = ["$", "{id}"].join("");
    const text = `// runs/open/\nf("runs/closed/", \`${hole}/runs/*\`, \`status/${hole}\`, "deployment.json", "patchplane:owner");
      say("a key below exclusions/", "patchplane:index:A", "#components/exclusions/a.js", "reruns/");`;
    expect(ownNames(ofText("lab/a.ts", text))).to.deep.equal(
      ["runs/closed/", "/runs/*", "status/", "deployment.json", "patchplane:owner"].map(
        (one) => `lab/a.ts: ${one}`,
      ),
    );
  });

  it("see what code says and not what comments say", () => {
    const hole = ["$", "{b}"].join("");
    const source = ofText(
      "a.ts",
      `// arn:aws: "no"\nconst a = \`arn:aws:${hole}:c\`;\nnew pulumi.Config("x");`,
    );
    expect(texts(source)).to.deep.equal(["arn:aws:", ":c", "x"]);
    expect(uses(source, /^pulumi\.Config$/)).to.deep.equal(["a.ts: pulumi.Config"]);
  });
});
