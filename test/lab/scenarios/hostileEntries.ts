import type { Entry } from "#functions/exclusion-processor/core/model.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { now as plotBegins } from "#test/functions/exclusion-processor/core/support.js";

/** Patches of a plot, as the lab's catalogs have them. */
const names: Readonly<Record<string, string>> = {
  "openssl*": "openssl*",
  "kernel*": "nginx*",
  "deb-nginx": "curl*",
  KB5034439: "KB5000001",
};

/** A node of a plot, as the lab names it. */
export function idOf(id: string): string {
  return `i-${id.slice(2).padStart(17, "0")}`;
}

/** A time, as manifests have it. */
export function text(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** An entry, as the lab's own truth counts it. */
export interface Asked {
  readonly ids: readonly string[];
  readonly apps: readonly string[];
  /** All, without them. */
  readonly patches?: readonly string[];
  readonly expires: number;
}

/** What an entry of a plot asks for that is played from another time on. */
export function askedBy({ selector, effect, expiresAt }: Entry, begins: number): Asked {
  return {
    ids: selector.kind === "nodes" ? [...new Set(selector.ids.map(idOf))] : [],
    apps: selector.kind === "tags" ? (selector.tags.App ?? []) : [],
    ...(effect.kind === "hold" ? {} : { patches: effect.patches.map((name) => names[name] ?? name) }),
    expires: Math.floor((begins + expiresAt - plotBegins) / 1000) * 1000,
  };
}

/** Entries as a manifest. */
export function manifestOf(entries: readonly Asked[]): string {
  const lines = entries.map(({ ids, apps, patches, expires }, index) => {
    const who = ids.length > 0 ? `nodes: [${ids}]` : `tags: { App: [${apps}] }`;
    const what = patches === undefined ? "hold: true" : `patches: [${patches.map((name) => `"${name}"`)}]`;
    return `  - { id: e${index}, ${who}, ${what}, reason: r, owner: o, expires: "${text(expires)}" }`;
  });
  return `version: 1\nexclusions:\n${lines.join("\n")}\n`;
}

/** Why a node is not where entries in force have it; undefined where it is. @param rejected what the baseline of its group rejects */
export function misplaced(
  { id, tags, catalog }: LabNode,
  base: string,
  entries: readonly Asked[],
  rejected: readonly string[],
): string | undefined {
  const { PatchGroup: group = "", "patchplane:base-group": mark, App = "" } = tags;
  const asked = entries.filter(({ ids, apps }) => ids.includes(id) || apps.includes(App));
  const isWindows = catalog.operatingSystem === "WINDOWS";
  const patches = asked.flatMap((entry) => entry.patches ?? []);
  const own = [...new Set(patches.filter((name) => name.startsWith("KB") === isWindows))].sort();
  const isHeld = asked.some((entry) => entry.patches === undefined);
  const isMoved = () =>
    group.startsWith(`${base}.x-`) && mark === base && `${[...rejected].sort()}` === `${own}`;
  const isRight = isHeld
    ? group === `${base}.hold` && mark === group
    : own.length === 0
      ? group === base && mark === undefined
      : isMoved();
  const wanted = isHeld ? "its hold" : own.join(" ") || "its base";
  return isRight ? undefined : `is in ${group} (${mark}), which rejects ${rejected}, and not in ${wanted}`;
}

/** What people ask for: of each manifest one version after the other. */
export class AskedFor {
  private readonly versions = new Map<
    string,
    { readonly id: string; readonly entries: readonly Asked[] }[]
  >();

  /** A version of a manifest, or its end. One that cannot be read changes nothing. @param id empty where nothing is there any more */
  note(name: string, id: string, entries?: readonly Asked[]): void {
    const before = this.versions.get(name) ?? [];
    this.versions.set(name, [...before, { id, entries: entries ?? before.at(-1)?.entries ?? [] }]);
  }

  /** Manifests that are there. */
  get names(): string[] {
    return [...this.versions].flatMap(([name, versions]) => (versions.at(-1)?.id === "" ? [] : [name]));
  }

  /** All that was ever asked for. */
  get ever(): Asked[] {
    return [...this.versions.values()].flat().flatMap(({ entries }) => entries);
  }

  /** What is asked for at a time. */
  at(now: number): Asked[] {
    const last = [...this.versions.values()].flatMap((versions) => versions.at(-1)?.entries ?? []);
    return last.filter(({ expires }) => now < expires);
  }

  /** Whether nobody has taken back what a version of a manifest keeps off a node. */
  isSince(name: string, version: string, { id, tags }: LabNode, patches?: readonly string[]): boolean {
    const versions = this.versions.get(name) ?? [];
    const since = versions.findIndex((one) => one.id === version);
    const isAsked = ({ ids, apps, patches: own }: Asked) =>
      (ids.includes(id) || apps.includes(tags.App ?? "")) && `${own}` === `${patches}`;
    return versions.slice(Math.max(0, since)).every(({ entries }) => entries.some(isAsked));
  }
}
