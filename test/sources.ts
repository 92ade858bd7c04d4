import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "..");

/** A module, read. */
export interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

/** Every module below a folder, named from the root. */
export function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.[cm]?ts$/.test(entry.name)
      ? [{ path, room: roomOf(path), text: readFileSync(join(root, path), "utf8") }]
      : [];
  });
}

function roomOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

/** A module that is only thought of. */
export const ofText = (path: string, text: string): Source => ({ path, room: roomOf(path), text });

/** The rooms that a module's text imports from, statically or not, types or values. */
export function imports({
  path,
  text,
}: Pick<Source, "path" | "text">): { specifier: string; room?: string; target?: string }[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    const specifier = fileName.replace(/\?.*$/, "");
    if (!/^[.#]/.test(specifier)) return { specifier };
    const named = specifier.startsWith("#") ? specifier.slice(1) : posix.join(dirname(path), specifier);
    const target = named.replace(/\.js$/, ".ts");
    return { specifier, room: roomOf(target), target };
  });
}

/** Paths of the modules of our own that a module's text imports. */
function targets(source: Source): string[] {
  return imports(source).flatMap(({ target }) => (target === undefined ? [] : [target]));
}

/** The groups of modules that import one another, however long the way round, each in the order of their paths. */
export function circles(among: readonly Source[]): string[][] {
  const edges = new Map(among.map((source) => [source.path, targets(source)]));
  const reached = new Map(
    among.map(({ path }) => {
      const found = new Set<string>();
      const open = [path];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        for (const target of edges.get(next) ?? []) {
          if (found.has(target) || !edges.has(target)) continue;
          found.add(target);
          open.push(target);
        }
      }
      return [path, found] as const;
    }),
  );
  const reaches = (from: string, to: string) => reached.get(from)?.has(to) === true;
  const all = [...edges.keys()].sort().filter((path) => reaches(path, path));
  const groups = all.map((path) => all.filter((other) => reaches(path, other) && reaches(other, path)));
  return groups.filter(([first], index) => first === all[index]);
}

/** Modules of the account that know a whole Region, where a service names what it needs. */
export function knowRegions(among: readonly Source[]): string[] {
  const mayKnowThem = ["lab/aws/account.ts", "lab/aws/region.ts"];
  return among
    .filter(({ path }) => path.startsWith("lab/aws/") && !mayKnowThem.includes(path))
    .filter((source) => targets(source).some((target) => mayKnowThem.includes(target)))
    .map(({ path }) => path);
}

/** Every node of a module's syntax tree. */
export function nodes({ path, text }: Pick<Source, "path" | "text">): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  return found;
}

/** Text literals and template texts, so that a comment may name what code may not. */
export function texts(source: Source): string[] {
  return nodes(source).flatMap((node) =>
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
      ? [node.text]
      : [],
  );
}

/** A value that a module exports and none of the other modules uses. */
interface OwnExport {
  readonly path: string;
  readonly name: string;
  /** Whether the module itself does. */
  readonly isUsedInside: boolean;
}

/** Values that modules export for nobody but themselves and tests. */
export function ownExports(among: readonly Source[]): OwnExport[] {
  const named = new Map(among.map((source) => [source.path, mentions(source)]));
  const importers = new Map<string, string[]>();
  for (const source of among) {
    for (const target of targets(source))
      importers.set(target, [...(importers.get(target) ?? []), source.path]);
  }
  return among.flatMap((source) =>
    exported(source)
      .filter((name) => !importers.get(source.path)?.some((path) => named.get(path)?.has(name)))
      .map((name) => ({
        path: source.path,
        name,
        isUsedInside: (named.get(source.path)?.get(name) ?? 0) > 1,
      })),
  );
}

/** Names of the functions, classes and constants that a module exports. */
function exported(source: Source): string[] {
  return nodes(source).flatMap((node) => {
    const isExported =
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return node.name?.text ?? [];
    return ts.isVariableStatement(node)
      ? node.declarationList.declarations.map(({ name }) => name.getText())
      : [];
  });
}

/** How often a module names each identifier, but for what it only calls a member. */
function mentions(source: Source): Map<string, number> {
  const found = new Map<string, number>();
  const all = nodes(source);
  const modules = new Set(all.filter(ts.isNamespaceImport).map(({ name }) => name.text));
  for (const node of all) {
    if (!ts.isIdentifier(node) || isMember(node, modules)) continue;
    found.set(node.text, (found.get(node.text) ?? 0) + 1);
  }
  return found;
}

/** Whether an identifier is what a member is called, but for the members of a whole module. */
function isMember(node: ts.Identifier, modules: ReadonlySet<string>): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    const of = parent.expression.getText();
    return parent.name === node && !modules.has(of) && !of.startsWith("(await import(");
  }
  const isNamed =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent);
  return isNamed && parent.name === node;
}
