import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import ts from "typescript";

/** Modules with the choices, which are objects and types of the same name: schemas are made of their values. */
const choices = "components/common/choices.ts";

/**
 * Declarations of a module and of all that it names, by their paths, each made from its own source alone.
 *
 * @param root folder that the paths begin from
 * @throws Error for what cannot be declared without looking at other files
 */
export function declarationsOf(root: string, entry: string): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  const left = [entry];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const declared = path.replace(/\.ts$/, ".d.ts");
    if (made.has(declared)) continue;
    const { text, named } = declarationOf(root, path);
    made.set(declared, text);
    left.push(...named);
  }
  // The analyzer reads the values of choices, which a declaration has not; nobody else looks for this ending.
  made.set(choices.replace(/\.ts$/, ".schema.ts"), readFileSync(join(root, choices), "utf8"));
  return made;
}

function declarationOf(root: string, path: string): { readonly text: string; readonly named: string[] } {
  const source = typesOf(path, readFileSync(join(root, path), "utf8"));
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(source, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, stripInternal: true },
  });
  const [problem] = diagnostics;
  if (problem !== undefined)
    throw new Error(
      `${path} at ${problem.start}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`,
    );
  const named: string[] = [];
  const text = outputText.replaceAll(/(from |import\()"([#.][^"]+)"/g, (_all, before: string, to: string) => {
    const target = to.startsWith("#") ? to.slice(1) : posix.join(posix.dirname(path), to);
    const file = target.replace(/\.js$/, ".ts");
    if (!existsSync(join(root, file))) throw new Error(`${path} names ${to}, which is not there`);
    named.push(file);
    const way = relative(dirname(path), target);
    return `${before}"${way.startsWith(".") ? way : `./${way}`}"`;
  });
  // What is private is nobody's, and the analyzer would take it for an output.
  return { text: told(text.replaceAll(/^ +private .*;\n/gm, "")), named };
}

/** What types are made of: the package exports no function, and no value but choices. */
function typesOf(path: string, source: string): string {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022);
  const isType = (statement: ts.Statement) =>
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    (path === choices && ts.isVariableStatement(statement));
  return file.statements
    .filter(isType)
    .map((statement) => statement.getFullText(file))
    .join("");
}

/** The schema keeps the text of a comment alone, so that what its tags say becomes a part of it. */
function told(text: string): string {
  return text
    .replaceAll(
      /\s*\n?\s*\*?\s*@default ([^\n]*?)(\s*\*\/|\n)/g,
      (_all, value: string, end: string) => ` Default: ${value.replace(/[.\s]+$/, "")}.${end}`,
    )
    .replaceAll(/\n\s*\* @see ([^\n]*)/g, " See $1.");
}
