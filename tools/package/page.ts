/** A property as the schema has it. */
interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Component {
  readonly description: string;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

interface Schema {
  readonly resources: Readonly<Record<string, Component>>;
  readonly types: Readonly<
    Record<
      string,
      {
        readonly properties?: Readonly<Record<string, Property>>;
        readonly required?: readonly string[];
        readonly enum?: readonly { readonly value: string; readonly description?: string }[];
      }
    >
  >;
}

const begin = "<!-- made of schema.json and examples/ by npm run pack -->";

/**
 * The page of the components: what people have written of it, then each component with its arguments, its outputs and a program
 * that has it.
 *
 * @param programs of the examples, by their names
 */
export function componentsPage(
  page: string,
  schemaText: string,
  programs: Readonly<Record<string, string>>,
): string {
  const { resources, types } = JSON.parse(schemaText) as Schema;
  const [head = ""] = page.split(begin);
  const components = Object.entries(resources).map(([name, one]) => [shortName(name), one] as const);
  components.sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const parts = [
    ...components.map(([name, one]) => componentPart(name, one, programs)),
    "## Types of arguments",
    ...Object.entries(types)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { properties, required = [], enum: values }]) =>
        properties === undefined
          ? `### ${shortName(name)}\n\n${(values ?? []).map(({ value, description }) => `- \`${value}\`${description === undefined ? "" : `: ${line(description)}`}`).join("\n")}`
          : `### ${shortName(name)}\n\n${table(properties, required)}`,
      ),
    "## Programs",
    ...Object.entries(programs)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, text]) => `### ${name}\n\n\`\`\`ts\n${text.trimEnd()}\n\`\`\``),
  ];
  return `${head}${begin}\n\n${parts.join("\n\n")}\n`;
}

const first = ["PatchPlane", "PatchScanWindow", "PatchInstallWindow", "ExclusionProcessor", "RegionalFanout"];

function rank(name: string): number {
  const place = first.indexOf(name);
  return place === -1 ? first.length : place;
}

function componentPart(name: string, one: Component, programs: Readonly<Record<string, string>>): string {
  const used = Object.entries(programs).find(([, text]) => text.includes(`new patchplane.${name}(`));
  if (used === undefined) throw new Error(`no program below examples/ has ${name}`);
  return [
    `## ${name}`,
    line(one.description),
    `Program: [${used[0]}](#${used[0]}).`,
    table(one.inputProperties, one.requiredInputs),
    `Outputs:\n\n| output | type | |\n| --- | --- | --- |\n${rows(one.properties, () => "")}`,
  ].join("\n\n");
}

function table(properties: Readonly<Record<string, Property>>, required: readonly string[]): string {
  const mark = (name: string) => (required.includes(name) ? " (required)" : "");
  return `| argument | type | |\n| --- | --- | --- |\n${rows(properties, mark)}`;
}

function rows(properties: Readonly<Record<string, Property>>, mark: (name: string) => string): string {
  return Object.entries(properties)
    .map(
      ([name, one]) =>
        `| \`${name}\`${mark(name)} | ${typeText(one)} | ${line(one.description ?? "").replaceAll("|", "\\|")} |`,
    )
    .join("\n");
}

function typeText({ type, $ref, items, additionalProperties }: Property): string {
  if (items !== undefined) return `list of ${typeText(items)}`;
  if (additionalProperties !== undefined) return `map of ${typeText(additionalProperties)}`;
  return $ref === undefined ? String(type) : `[${shortName($ref)}](#${shortName($ref).toLowerCase()})`;
}

function shortName(token: string): string {
  return token.split(":").at(-1) ?? token;
}

function line(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
