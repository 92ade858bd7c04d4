import fs from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { z } from "zod";
import { valueAt } from "#shared/text/paths.js";
import { Words } from "#shared/text/quotes.js";
import { compileAlarms, compileBadPatches } from "./badPatches.js";
import { compileBucketChanges } from "./bucketChanges.js";
import { compileCatalog } from "./compileCatalog.js";
import { NodeCompiler, TagPool } from "./compileNodes.js";
import { allowedText, issuePaths } from "./describeIssue.js";
import { checkGenerate, generateNodes } from "./generate.js";
import type { Catalog, Fleet, FleetNode } from "./model.js";
import { FleetError, Problems, scope } from "./problems.js";
import { type FleetIo, readDocument } from "./readDocument.js";
import {
  type BadPatchSpec,
  type BucketChangeSpec,
  badPatchSchema,
  bucketChangeSchema,
  type CatalogSpec,
  catalogFileName,
  catalogFileSchema,
  catalogSchema,
  type FleetFile,
  fleetSchema,
  type GenerateSpec,
  generateSchema,
  type NodeSpec,
  nodeSchema,
  type TagChangeSpec,
  tagChangeSchema,
} from "./schema.js";
import { compileTagChanges } from "./tagChanges.js";

export { FleetError } from "./problems.js";
export type { FleetIo } from "./readDocument.js";

/** What of a file can be used. Where its shape is wrong, undefined stands for the parts that are. */
interface Parts {
  readonly catalogFiles: readonly string[];
  readonly catalogs: ReadonlyMap<string, CatalogSpec | undefined>;
  readonly nodes: readonly (NodeSpec | undefined)[];
  readonly generate: GenerateSpec | undefined;
  readonly exclusions: readonly (BucketChangeSpec | undefined)[];
  readonly tagChanges: readonly (TagChangeSpec | undefined)[];
  /** Undefined where the list is wrong somewhere. */
  readonly alarms: readonly string[] | undefined;
  readonly badPatches: readonly (BadPatchSpec | undefined)[];
  /** Whether the file names any node at all, usable or not. */
  readonly namesNodes: boolean;
}

const nothing: Parts = {
  catalogFiles: [],
  catalogs: new Map(),
  nodes: [],
  generate: undefined,
  exclusions: [],
  tagChanges: [],
  alarms: [],
  badPatches: [],
  namesNodes: true,
};

/** The usable parts of a file whose shape is wrong somewhere, so that one run reports all of its problems. */
function salvage(value: unknown): Parts {
  const list = (key: string): readonly unknown[] => {
    const found = valueAt(value, [key]);
    return Array.isArray(found) ? found : [];
  };
  const catalogs = valueAt(value, ["catalogs"]);
  const entries = typeof catalogs === "object" && catalogs !== null ? Object.entries(catalogs) : [];
  const generate = valueAt(value, ["generate"]);
  const nodes = valueAt(value, ["nodes"]);
  const isObject = typeof value === "object" && value !== null;
  return {
    catalogFiles: list("catalogFiles")
      .filter((file): file is string => typeof file === "string" && catalogFileName.test(file))
      .slice(0, 100),
    catalogs: new Map(entries.map(([key, catalog]) => [key, catalogSchema.safeParse(catalog).data])),
    nodes: list("nodes").map((node) => nodeSchema.safeParse(node).data),
    generate: generateSchema.safeParse(generate).data,
    exclusions: list("exclusions").map((change) => bucketChangeSchema.safeParse(change).data),
    tagChanges: list("tagChanges").map((change) => tagChangeSchema.safeParse(change).data),
    alarms: fleetSchema.shape.alarms.safeParse(valueAt(value, ["alarms"])).data,
    badPatches: list("badPatches").map((patch) => badPatchSchema.safeParse(patch).data),
    namesNodes:
      !isObject || generate !== undefined || (Array.isArray(nodes) ? nodes.length > 0 : nodes !== undefined),
  };
}

function partsOf(file: Partial<FleetFile>): Parts {
  const { catalogFiles = [], catalogs = {}, nodes = [], generate, exclusions = [], tagChanges = [] } = file;
  const { alarms = [], badPatches = [] } = file;
  const namesNodes = generate !== undefined || nodes.length > 0;
  return {
    catalogFiles,
    catalogs: new Map(Object.entries(catalogs)),
    nodes,
    generate,
    exclusions,
    tagChanges,
    alarms,
    badPatches,
    namesNodes,
  };
}

function readParts(
  path: string,
  schema: z.ZodType<Partial<FleetFile>>,
  io: FleetIo,
  problems: Problems,
): Parts {
  const reading = readDocument(path, io);
  if ("problems" in reading) {
    for (const problem of reading.problems) problems.addText(path, problem);
    return nothing;
  }
  // A file that another one names may be any: what is no map is not quoted.
  if (schema === catalogFileSchema && (typeof reading.value !== "object" || reading.value === null)) {
    problems.addText(path, "is no file of catalogs: it holds no map; allowed is a map with catalogs");
    return nothing;
  }
  const parsed = schema.safeParse(reading.value);
  if (parsed.success) return partsOf(parsed.data);
  for (const issue of parsed.error.issues) {
    for (const at of issuePaths(issue))
      problems.add(path, at, valueAt(reading.value, at), allowedText(issue));
  }
  return salvage(reading.value);
}

/** Catalogs by key, of all files. undefined: its shape is wrong. */
class CatalogShelf {
  readonly byKey = new Map<string, Catalog | undefined>();
  private readonly files = new Map<string, string>();
  private readonly problems: Problems;

  constructor(problems: Problems) {
    this.problems = problems;
  }

  add(path: string, catalogs: Parts["catalogs"]): void {
    for (const [key, spec] of catalogs) {
      const earlier = this.files.get(key);
      if (earlier !== undefined) {
        this.problems.add(path, ["catalogs", key], key, `a key that ${earlier} does not use`);
        continue;
      }
      this.files.set(key, path);
      const place = scope(this.problems, path, ["catalogs", key]);
      this.byKey.set(key, spec === undefined ? undefined : compileCatalog(key, spec, place));
    }
  }

  get usable(): Map<string, Catalog> {
    return new Map(
      [...this.byKey].flatMap(([key, catalog]) => (catalog === undefined ? [] : [[key, catalog]])),
    );
  }
}

function compileFleet(path: string, seed: number, io: FleetIo, problems: Problems): Fleet {
  const parts = readParts(path, fleetSchema, io, problems);
  const shelf = new CatalogShelf(problems);
  shelf.add(path, parts.catalogs);
  const exclusions = compileBucketChanges(path, parts.exclusions, io, problems);
  const alarms = parts.alarms && compileAlarms(path, parts.alarms, problems);
  let complete = true;
  for (const file of new Set(parts.catalogFiles)) {
    const catalogPath = isAbsolute(file) ? file : join(dirname(path), file);
    const found = readParts(catalogPath, catalogFileSchema, io, problems);
    if (found === nothing) complete = false;
    shelf.add(catalogPath, found.catalogs);
  }
  // With a file missing, every node of its catalogs would be reported as well.
  if (!complete) return { source: path, catalogs: [], nodes: [] };
  if (!parts.namesNodes)
    problems.add(path, [], new Words("a fleet without nodes"), "nodes, a generate section, or both");
  const tags = new TagPool();
  const compiler = new NodeCompiler(shelf.byKey, tags);
  const nodes: FleetNode[] = [];
  for (const [place, spec] of parts.nodes.entries()) {
    if (spec === undefined) continue;
    const node = compiler.compile(spec, place, nodes.length, scope(problems, path, ["nodes", place]));
    if (node !== undefined) nodes.push(node);
  }
  const badPatches = compileBadPatches(path, parts.badPatches, { catalogs: shelf.byKey, alarms }, problems);
  const { generate } = parts;
  if (generate !== undefined) checkGenerate(generate, shelf.byKey, scope(problems, path, ["generate"]));
  const catalogs = shelf.usable;
  const before = { count: nodes.length, ids: compiler.ids };
  const isGenerated = generate !== undefined && problems.list.length === 0;
  const all = isGenerated ? nodes.concat(generateNodes(generate, catalogs, seed, tags, before)) : nodes;
  // With a node missing, each change of it would be reported as well.
  const isComplete = problems.list.length === 0;
  const tagChanges = isComplete ? compileTagChanges(path, parts.tagChanges, all, problems) : [];
  return {
    ...{ source: path, catalogs: [...catalogs.values()], nodes: all, exclusions, tagChanges },
    ...{ alarms: alarms ?? [], badPatches },
  };
}

/**
 * Reads a fleet, YAML or JSON, with the files that it names, and compiles it for the simulation.
 *
 * @param path - Of the fleet file; `catalogFiles` in it are relative to its folder.
 * @param seed - Of the run, for a `generate` section that has none of its own.
 * @param io - Where files are read from.
 * @throws FleetError that lists every problem, and nothing else whatever the bytes.
 */
export function loadFleet(path: string, seed: number, io: FleetIo = fs): Fleet {
  const problems = new Problems();
  const fleet = compileFleet(path, seed, io, problems);
  if (problems.list.length > 0) throw new FleetError(path, problems.list);
  return fleet;
}
