import { wallAt } from "#schedule/zone.js";
import { table } from "#shared/terminal/table.js";
import type { Printer } from "#shared/terminal/terminal.js";
import { counted } from "#shared/text/words.js";
import type { Facts } from "./facts.js";
import type { Finding, Weight } from "./finding.js";
import { selects } from "./selection.js";

type Paint = Printer["paint"];

/** The windows of a stack: when each opens next where it is, and whom it would reach now. */
export function windowLines(facts: Facts, paint: Paint): string[] {
  const { stack, homeRegion, account, windows } = facts;
  const rows = windows.map(({ expected, found }) => {
    if (!found.ok) return [expected.name, "could not be looked at", ""];
    if (found.value === undefined) return [expected.name, "is not there", ""];
    return [expected.name, openingText(found.value, expected.timezone), reachText(facts, expected)];
  });
  return [
    `Stack ${stack} in ${homeRegion}, account ${account}.`,
    "",
    ...table(["window", "opens next", "would reach now"], rows, paint),
    "",
  ];
}

function openingText(
  { enabled, nextOpening }: { readonly enabled: boolean; readonly nextOpening: string | undefined },
  zone: string,
): string {
  if (!enabled || nextOpening === undefined) return "never";
  const at = Date.parse(nextOpening);
  if (Number.isNaN(at)) return nextOpening;
  return `${new Date(wallAt(zone, at)).toISOString().slice(0, 16).replace("T", " ")} ${zone}`;
}

function reachText(
  { regions, homeRegion }: Facts,
  { part, targets }: Facts["windows"][number]["expected"],
): string {
  const places =
    part === "central"
      ? regions.filter(({ runbook }) => runbook !== undefined)
      : regions.filter(({ name }) => name === homeRegion);
  if (places.some(({ nodes }) => !nodes.ok)) return "could not be looked at";
  const nodes = places.flatMap(({ nodes: some }) => (some.ok ? some.value : []));
  const reached =
    part === "central" ? nodes : nodes.filter((node) => targets.some((one) => selects(one, node) === true));
  const online = reached.filter(({ ping }) => ping === "Online").length;
  return `${counted(reached.length, "node")}, ${online} connected`;
}

const words: Readonly<Record<Weight, readonly [label: string, colour: Parameters<Paint>[0]]>> = {
  broken: ["will not work", "red"],
  unseen: ["not seen", "yellow"],
  known: ["to know", "dim"],
};

/** What was found, and the sum of it. */
export function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const lines = findings.flatMap(({ weight, where, what, why, mend }) => {
    const [label, colour] = words[weight];
    return [`${paint(colour, label)} (${where}): ${what}`, `  so that ${why}`, `  mend it: ${mend}`, ""];
  });
  const count = (weight: Weight) => findings.filter((one) => one.weight === weight).length;
  const sum = `${counted(count("broken"), "thing")} will not work, ${count("unseen")} could not be looked at, ${count("known")} to know.`;
  return [
    ...lines,
    findings.length === 0 ? "Everything that could be looked at will work." : sum,
    "Not seen by anybody here: service control policies, and policies of endpoints.",
  ];
}
