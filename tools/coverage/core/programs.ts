import type { Result } from "#functions/shared/errors.js";
import type { OrganizationNode } from "../../account/awsRegion.js";
import type { RegionReading, Selection } from "../../account/model.js";
import { selects } from "../../account/selection.js";
import { type Context, criteriaOf } from "./context.js";
import type { Coverage, OtherProgram, WindowCoverage } from "./model.js";
import type { SeenNode } from "./nodes.js";

/** A Region and its nodes. */
interface SeenRegion {
  readonly region: RegionReading;
  readonly nodes: readonly SeenNode[];
}

/** Another program that patches, before its nodes are counted. */
interface Program extends Pick<OtherProgram, "what" | "name" | "region" | "operation"> {
  readonly selections: readonly Selection[];
}

/** Other windows and associations that patch nodes of the account, and which of them a node has. */
export function otherPrograms(
  context: Context,
  seen: readonly SeenRegion[],
): { readonly all: readonly OtherProgram[]; readonly of: (node: SeenNode) => readonly string[] } {
  const byNode = new Map<SeenNode, string[]>();
  const all = seen.flatMap(({ region, nodes }) =>
    programsIn(context, region).map(({ selections, ...program }): OtherProgram => {
      const selected = nodes.filter((node) => selections.some((selection) => selects(selection, node)));
      for (const node of selected)
        byNode.set(node, [...(byNode.get(node) ?? []), `${program.what} ${program.name}`]);
      const own = context.windowsIn(region.region);
      const shared = selected.filter((node) => own.some((window) => window.selects(node))).length;
      return { ...program, nodes: selected.length, shared };
    }),
  );
  return { all, of: (node) => byNode.get(node) ?? [] };
}

function programsIn(context: Context, { region, windows, associations }: RegionReading): Program[] {
  const others = (windows.ok ? windows.value : []).filter((one) => one.enabled && !context.isOwn(one));
  return [
    ...others.map(({ name, operation, selections }) => ({
      ...{ what: "window" as const, name, region, operation, selections },
    })),
    ...(associations.ok ? associations.value : []).map(
      ({ name, id, document, isQuickSetup, selections }) => ({
        what: isQuickSetup ? ("Quick Setup" as const) : ("association" as const),
        name: name === "" ? id : name,
        region,
        operation: document,
        selections,
      }),
    ),
  ];
}

/** The windows of the stack, with how many nodes each selects. */
export function windowsOf(context: Context, seen: readonly SeenRegion[]): WindowCoverage[] {
  const { central } = context.reading;
  const centralNames = central.ok ? central.value.map(({ name }) => name) : [];
  return seen.flatMap(({ region: { region, windows }, nodes }) => {
    const enabled = new Set(
      windows.ok ? windows.value.flatMap((one) => (one.enabled ? [one.name] : [])) : [],
    );
    return context.windowsIn(region).map(
      (window): WindowCoverage => ({
        name: window.name,
        region,
        operation: window.operation,
        enabled: centralNames.includes(window.name) ? window.next !== undefined : enabled.has(window.name),
        next: window.next ?? null,
        nodes: nodes.filter((node) => window.selects(node)).length,
      }),
    );
  });
}

/** Regions where nodes have the tags that the stack selects by, and no window of it selects any. */
export function regionsWithoutWindow(
  context: Context,
  seen: readonly SeenRegion[],
): Coverage["withoutWindow"][number][] {
  const { deployed } = context;
  if (deployed === undefined) return [];
  const selection = { criteria: criteriaOf(deployed) };
  return seen.flatMap(({ region: { region, windows }, nodes }) => {
    if (!windows.ok || context.windowsIn(region).length > 0) return [];
    const tagged = nodes.filter((node) => selects(selection, node)).length;
    return tagged === 0 ? [] : [{ region, nodes: tagged }];
  });
}

/** What the Organization view has, account by account. */
export function organizationOf(reading: Result<readonly OrganizationNode[]>): Coverage["organization"] {
  if (!reading.ok) return { seen: false, why: reading.error };
  const accounts = new Map<string, { nodes: number; unmanaged: number }>();
  // A node that its Region tells twice while the list is read is one.
  const once = new Map(reading.value.map((node) => [`${node.account}|${node.region}|${node.id}`, node]));
  for (const { account, isManaged } of once.values()) {
    const known = accounts.get(account) ?? { nodes: 0, unmanaged: 0 };
    known.nodes++;
    if (!isManaged) known.unmanaged++;
    accounts.set(account, known);
  }
  const all = [...accounts].map(([account, counts]) => ({ account, ...counts }));
  return { seen: true, accounts: all.toSorted((a, b) => (a.account < b.account ? -1 : 1)) };
}
