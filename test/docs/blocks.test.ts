import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { readManifest } from "#functions/exclusion-processor/manifest/readManifest.js";
import { compilePattern } from "#lab/aws/events/eventPattern.js";
import { loadFleet } from "#lab/fleet/load.js";
import { readDecision } from "#shared/contract/rings.js";
import { readConfig } from "#stacks/config/config.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import { rulesOf } from "#tools/exclusions/rules.js";
import { project, required } from "../support/configuration.js";
import { root } from "../support/program.js";
import { allBlocks, type Block, type Command, commandsOf, pages, spansOf, textOf } from "./pages.js";
import { played } from "./played.js";
import { linesOf, workflowProblems } from "./workflow.js";

type Document = Readonly<Record<string, unknown>>;

/** When pages are read: now, and long after they were written. */
const clocks = [Date.UTC(2026, 9, 5), Date.UTC(2030, 5, 15)];

/** A stack file with these keys over the required ones, and the systems that its baselines are for. */
function configurationProblems({ config }: Document, now: number): readonly string[] {
  const given = config as Readonly<Record<string, unknown>>;
  const systems = Object.keys((given[`${project}:baselines`] as object | undefined) ?? {});
  const least = Object.entries(required).map(([key, value]) => [`${project}:${key}`, value]);
  const values = {
    ...Object.fromEntries(least),
    "aws:region": "us-east-1",
    ...(systems.length === 0 ? {} : { [`${project}:operatingSystems`]: systems }),
    ...given,
  };
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const result = readConfig(Object.fromEntries(texts), project, now);
  return result.ok ? [] : result.problems.map(({ key, reason }) => `${key}: ${reason}`);
}

/**
 * A manifest, with its dates as far from the clock as they are from the day that the page is of: pages say that their
 * dates are the lab's, which begins on 5 October 2026.
 */
function manifestProblems(key: string, text: string, now: number): readonly string[] {
  const moved = text.replaceAll(/expires: (\d{4}-\d\d-\d\d)/g, (_, date: string) => {
    const at = Date.parse(date) - Date.UTC(2026, 9, 5) + now;
    return `expires: ${new Date(at).toISOString().slice(0, 10)}`;
  });
  const source = { key, text: new TextEncoder().encode(moved), uploadedAt: now };
  const result = readManifest(source, rulesOf(readStackFiles(root, "dev"), now));
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

/** A fleet file; what a block leaves out of one is put there, the nodes that it names included. */
function fleetProblems(document: Document, text: string): readonly string[] {
  const path = join(root, "lab/fleets/page.yaml");
  const ids = [...new Set(text.match(/\bi-[\da-f]{17}\b/g) ?? ["i-00000000000000001"])];
  const nodes = ids.map(
    (id) =>
      `  - { id: ${id}, name: ${id}, region: us-east-1, catalog: amazon-linux-2023, patchedUntil: 2026-09-01 }\n`,
  );
  const rest = `version: 1\ncatalogFiles: [catalogs/amazon-linux-2023.yaml]\nnodes:\n${nodes.join("")}`;
  const bytes = new TextEncoder().encode("nodes" in document ? text : `${rest}${text}`);
  const isPage = (one: string) => one === path;
  const isManifest = (one: string) => one.includes("/exclusions/") && !existsSync(one);
  const manifest = new TextEncoder().encode("version: 1\n");
  const io = {
    statSync: (one: string) => ({
      size: isPage(one) ? bytes.length : isManifest(one) ? manifest.length : statSync(one).size,
      isFile: () => isPage(one) || isManifest(one) || existsSync(one),
    }),
    readFileSync: (one: string) => (isPage(one) ? bytes : isManifest(one) ? manifest : readFileSync(one)),
  };
  try {
    loadFleet(path, 1, io);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const isManifest = ({ version, exclusions }: Document) =>
  version === 1 && Array.isArray(exclusions) && exclusions.every((entry) => "id" in entry);

/** Kinds of blocks: how one is known, and what is wrong with it at a time. */
const kinds: Readonly<
  Record<
    string,
    {
      readonly is: (block: Block, document: Document) => boolean;
      readonly problems: (block: Block, document: Document, now: number) => readonly string[];
    }
  >
> = {
  diagram: { is: ({ language }) => language === "mermaid", problems: () => [] },
  program: {
    is: ({ language }) => language === "ts",
    problems: ({ text }) =>
      Array.from(text.matchAll(/import \{ (\w+) \} from "\.\/(.*)\.js"/g)).flatMap(
        ([, name = "", path = ""]) => {
          const file = join(root, `${path}.ts`);
          return existsSync(file) && readFileSync(file, "utf8").includes(name)
            ? []
            : [`no ${name} in ${path}`];
        },
      ),
  },
  commands: {
    is: ({ language }) => language === "sh" || language === "console",
    problems: (block) => (commandsOf(block).length > 0 ? [] : ["has no command"]),
  },
  configuration: {
    is: (_, document) => "config" in document,
    problems: (_, document, now) => configurationProblems(document, now),
  },
  manifest: {
    is: (_, document) => isManifest(document),
    problems: ({ language, text }, _, now) => manifestProblems(`exclusions/page.${language}`, text, now),
  },
  "word about a ring": {
    is: (_, document) => "say" in document,
    problems: ({ text }, { say }) => {
      const read = readDecision(text, say === "promote" ? "promote" : "pause");
      return read.ok ? [] : read.problems;
    },
  },
  "older manifest": {
    is: (_, document) => Object.keys(document).some((key) => /^m?i-[\da-f]{17}$/.test(key)),
    problems: ({ text }, _, now) => manifestProblems("exclusions/patch-exclusions.json", text, now),
  },
  fleet: {
    is: (_, document) =>
      !("kind" in document) &&
      ("nodes" in document ||
        "tagChanges" in document ||
        "badPatches" in document ||
        ("exclusions" in document && !isManifest(document))),
    problems: ({ text }, document) => fleetProblems(document, text),
  },
  "pattern of messages": {
    is: (_, document) => "body" in document,
    // EventBridge's patterns have lists at their ends, and the kinds in them must be some that the functions send.
    problems: ({ text }) => {
      const source = readFileSync(join(root, "shared/contract/topicMessage.ts"), "utf8");
      return Array.from(text.matchAll(/"((?:exclusions|fanout)-[a-z-]+)"/g), ([, kind = ""]) => kind).filter(
        (kind) => !source.includes(`"${kind}"`),
      );
    },
  },
  // What they do is played in messages.test.ts.
  "rule of events": {
    is: (_, document) => "detail-type" in document,
    problems: ({ text }) => (compilePattern(text) ? [] : ["is no pattern"]),
  },
  "input transformer": { is: (_, document) => "InputTemplate" in document, problems: () => [] },
  "trust policy": {
    is: (_, document) => "Statement" in document,
    // Of an identity provider outside AWS, which the lab's IAM knows nothing of: the shape alone.
    problems: (_, { Version, Statement }) =>
      Version === "2012-10-17" && Array.isArray(Statement) ? [] : ["is no policy"],
  },
  // The record itself is read in records.test.ts.
  "closing record": { is: (_, { kind }) => kind === "window", problems: () => [] },
  workflow: {
    is: (_, document) => "jobs" in document,
    problems: (_, document) => workflowProblems(document),
  },
};

function documentOf({ language, text }: Block): Document {
  if (language !== "yaml" && language !== "json") return {};
  for (const { errors } of parseAllDocuments(text)) if (errors[0] !== undefined) throw errors[0];
  return parse(text) as Document;
}

function linesOfWorkflow(block: Block): Command[] {
  const document = documentOf(block);
  return "jobs" in document ? linesOf(document).map((text) => ({ at: block.at, text })) : [];
}

describe("the pages' blocks", () => {
  const counts = new Map<string, number>();
  const numbers: string[] = [];

  for (const block of allBlocks) {
    it(`${block.at} (${block.language})`, () => {
      const document = documentOf(block);
      const found = Object.entries(kinds).filter(([, { is }]) => is(block, document));
      expect(found.map(([name]) => name)).to.have.lengthOf(1);
      const [[name = "", kind]] = found as [[string, (typeof kinds)[string]]];
      counts.set(name, (counts.get(name) ?? 0) + 1);
      for (const now of clocks) expect(kind?.problems(block, document, now)).to.deep.equal([]);
    });
  }

  it("are of every kind that is known here", function () {
    numbers.push(...[...counts].map(([name, count]) => `${count} ${name}`));
    if (this.test !== undefined) this.test.title += ` (${numbers.join(", ")})`;
    expect([...counts.keys()].sort()).to.deep.equal(Object.keys(kinds).sort());
  });
});

describe("the pages' commands", () => {
  const lines = allBlocks.flatMap((block) => [...commandsOf(block), ...linesOfWorkflow(block)]);

  it("are many", () => expect(lines.length).to.be.above(60));

  for (const { at, text } of lines) {
    it(`${at}: ${text}`, async () => {
      expect(await played(text)).to.equal(undefined);
    });
  }

  for (const page of pages) {
    const spans = spansOf(page);
    // What that page tells of AWS is what would settle a question, and no line to type.
    if (spans.length === 0 || page === "docs/unknowns.md") continue;
    it(`${page}: ${spans.length} in sentences`, async () => {
      for (const { text } of spans) expect(await played(text, true), text).to.equal(undefined);
    });
  }
});

describe("the pages' links", () => {
  for (const page of pages) {
    it(`lead somewhere: ${page}`, () => {
      const folder = join(root, page, "..");
      const dead = Array.from(textOf(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          const [path = "", anchor] = target.split("#");
          const file = path === "" ? join(root, page) : join(folder, path);
          if (!existsSync(file)) return true;
          return anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).includes(anchor);
        });
      expect(dead).to.deep.equal([]);
    });
  }
});

/** Anchors of headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
