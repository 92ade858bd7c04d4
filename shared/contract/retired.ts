import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { parseGroup } from "./exclusionNames.js";
import { readStored } from "./storedJson.js";

/** Where the exclusion processor keeps what is left of what has left the stack. */
export const retiredKey = `${stateFolder}retired.json`;

const kind = z.enum(["region", "patchGroup", "operatingSystem"]);
export const part = z.object({ kind, name: z.string() });

/** Something that a stack does not patch any more. */
export type RetiredPart = z.infer<typeof part>;

/** The key of the configuration that names parts of a kind. */
export const retiredKeys = {
  region: "retiredRegions",
  patchGroup: "retiredPatchGroups",
  operatingSystem: "retiredOperatingSystems",
} as const satisfies Record<RetiredPart["kind"], string>;

/** The parts that a configuration or a deployment record names, in order. */
export function partsOf({
  regions,
  patchGroups,
  operatingSystems,
}: {
  readonly regions: readonly string[];
  readonly patchGroups: readonly string[];
  readonly operatingSystems: readonly string[];
}): RetiredPart[] {
  const named = (kind: RetiredPart["kind"], names: readonly string[]) =>
    names.map((name) => ({ kind, name }));
  return [
    ...named("region", regions),
    ...named("patchGroup", patchGroups),
    ...named("operatingSystem", operatingSystems),
  ];
}

const schema = z.object({
  version: z.literal(1, "is not 1"),
  parts: z.array(
    z.object({
      ...part.shape,
      /** How many nodes exclusions still have there, the first of them, and how many baselines. */
      nodes: z.int(),
      some: z.array(z.string()),
      baselines: z.int(),
      /** Why nobody can tell yet; missing when a settled read has seen all of it. */
      unknown: z.optional(z.string()),
    }),
  ),
});

/** What was found of each part when it was last looked at. */
export type RetiredState = z.infer<typeof schema>["parts"][number];

/** Whether exclusions have let a part go, so that it may go for good. */
export function isLetGo({ nodes, baselines, unknown }: RetiredState): boolean {
  return nodes === 0 && baselines === 0 && unknown === undefined;
}

/** A part of which nobody knows what is left, since what was kept of it was left by no run. */
export function unknownState(one: RetiredPart): RetiredState {
  const unknown = `${retiredKey} is not as a run has left it, as after an update of patchplane, or somebody else wrote or deleted it; the next run makes it anew, within the hour`;
  return { ...one, nodes: 0, some: [], baselines: 0, unknown };
}

/** The bytes of the object. */
export function retiredText(parts: readonly RetiredState[]): string {
  return `${JSON.stringify({ version: 1, parts })}\n`;
}

/** Reads what a run has written; undefined when it is anything else. */
export function parseRetired(text: string): RetiredState[] | undefined {
  const read = readStored(schema, text);
  return read.ok ? read.value.parts : undefined;
}

const tf = z.object({ action: z.enum(["create", "update", "delete"]) });
const call = z.object({ retired: part, tf });

/** What a deployment asks of a part that has left. */
export function retiredInput(retired: RetiredPart): string {
  return JSON.stringify({ retired });
}

/** The part that a deployment is about to take away for good; undefined for every other event. */
export function parseRemoval(event: unknown): RetiredPart | undefined {
  const read = call.safeParse(event);
  return read.success && read.data.tf.action === "delete" ? read.data.retired : undefined;
}

const going = z.object({ going: z.literal("processor"), tf });

/** What is asked before the exclusion processor goes, with all that is its. */
export const goingInput = JSON.stringify({ going: "processor" });

/** Whether the exclusion processor is about to go; undefined for every event that is not about that. */
export function parseGoing(event: unknown): boolean | undefined {
  const read = going.safeParse(event);
  return read.success ? read.data.tf.action === "delete" : undefined;
}

const stay = z.object({ staying: z.array(part) });

/** What a deployment asks before anything goes: whether all other parts may. @param staying what it has, and what is retired */
export function stayingInput(staying: readonly RetiredPart[]): string {
  return JSON.stringify({ staying });
}

/** The parts that a deployment keeps; undefined for every other event. */
export function parseStaying(event: unknown): RetiredPart[] | undefined {
  return stay.safeParse(event).data?.staying;
}

/** The patch group that a moved one was made of. */
export function partOfMoved(group: string): RetiredPart {
  return { kind: "patchGroup", name: parseGroup(group)?.base ?? group };
}

/** A part in words. */
export function partText({ kind, name }: RetiredPart): string {
  return `${{ region: "Region", patchGroup: "patch group", operatingSystem: "operating system" }[kind]} ${name}`;
}

/** What of a part is left, for people: it ends with what to do. */
export function retiredLine(state: RetiredState): string {
  const key = retiredKeys[state.kind];
  if (isLetGo(state)) return `${partText(state)} is empty: take it out of ${key}`;
  const { nodes, some, baselines, unknown } = state;
  const more = nodes > some.length ? ", ..." : "";
  const left = [
    ...(nodes === 0 ? [] : [`exclusions still have ${nodes} of its nodes (${some.join(", ")}${more})`]),
    ...(nodes === 0 && baselines > 0
      ? [`${baselines} baselines of exclusions go an hour after the last node`]
      : []),
    ...(unknown === undefined ? [] : [unknown]),
  ];
  return `${partText(state)}: ${left.join("; ")}. Leave it in ${key} until it is empty`;
}
