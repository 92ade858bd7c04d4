import { type Cause, CauseBook } from "#shared/contract/causes.js";
import { fanoutWindowName } from "#shared/contract/fanoutNames.js";
import { isInForce, nodesInForce, type Status, type StatusEntry } from "#shared/contract/manifestStatus.js";
import { instantText, toMs } from "#shared/text/format.js";
import type { PatchWindow, RegionReading } from "../../account/model.js";
import { selects } from "../../account/selection.js";
import { History } from "./history.js";
import type { AccountReading, Central, Deployed, Exception } from "./model.js";
import type { SeenNode } from "./nodes.js";

/** A window of the stack, of whichever kind, and whether it selects a node. */
export interface OwnWindow {
  readonly name: string;
  readonly operation: string;
  /** When it opens next (ISO 8601); undefined when it does not, or is disabled. */
  readonly next: string | undefined;
  readonly owner: string | undefined;
  readonly selects: (node: SeenNode) => boolean;
}

/** An entry of a manifest that has been in force on a node. */
interface NodeEntry {
  readonly exception: Exception;
  readonly isInForce: boolean;
}

/** What the nodes of an account are looked at with: made once of a reading. */
export class Context {
  readonly history: History;
  readonly book: CauseBook;
  readonly deployed: Deployed | undefined;
  private readonly central: readonly Central[];
  private readonly entries = new Map<string, NodeEntry[]>();
  private readonly windows = new Map<string, readonly OwnWindow[]>();

  constructor(readonly reading: AccountReading) {
    const { central, deployed, records, exclusions, stack, prefix } = reading;
    this.central = central.ok ? central.value : [];
    this.deployed = deployed.ok ? deployed.value : undefined;
    this.history = new History(records.ok ? records.value.records : [], fanoutWindowName(prefix));
    this.book = new CauseBook(stack);
    for (const status of exclusions.ok ? exclusions.value : []) this.note(status);
    for (const region of reading.regions) this.windows.set(region.region, this.ownWindows(region));
  }

  /** The windows of the stack that patch a Region. */
  windowsIn(region: string): readonly OwnWindow[] {
    return this.windows.get(region) ?? [];
  }

  /** Whether it was seen which nodes of a Region the central window selects, and by which tags. */
  isCentralSeen(region: string): boolean {
    const { central, deployed } = this.reading;
    const here = this.central.filter(({ regions }) => regions.includes(region));
    const areMembersSeen = here.every(({ members }) => members.get(region)?.ok !== false);
    return central.ok && areMembersSeen && (here.length === 0 || deployed.ok);
  }

  /** Ids of the stack's own baselines in a Region; undefined where they cannot be told. */
  ownBaselines(region: string): ReadonlySet<string> | undefined {
    const own = this.deployed?.baselines.get(region);
    return own?.ok === true ? own.value : undefined;
  }

  /** Whether a window of a Region is the stack's: by its name, which nobody else gives. */
  isOwn({ name }: Pick<PatchWindow, "name">): boolean {
    return [`${this.reading.prefix}-scan`, `${this.reading.prefix}-install`].includes(name);
  }

  /** Entries in force on a node. */
  exceptionsOf({ region, id }: SeenNode): Exception[] {
    return this.entriesOf(region, id).flatMap(({ exception, isInForce: counts }) =>
      counts ? [exception] : [],
    );
  }

  /** The entry that had been in force on a node at a time and has ended since. */
  endedSince({ region, id }: SeenNode, at: number): Exception | undefined {
    return this.entriesOf(region, id).find(
      ({ exception, isInForce: counts }) => !counts && toMs(exception.expires) >= at,
    )?.exception;
  }

  /** What a node must have for a window of its Region, one key at a time; none where nobody knows. */
  criteriaIn(region: string): readonly { readonly key: string; readonly values: readonly string[] }[] {
    const reading = this.reading.regions.find((one) => one.region === region);
    const own =
      reading?.windows.ok === true ? reading.windows.value.find((one) => this.isOwn(one)) : undefined;
    const [selection] = own?.selections ?? [];
    if (selection !== undefined) return selection.criteria;
    if (this.deployed === undefined || !this.central.some(({ regions }) => regions.includes(region)))
      return [];
    return criteriaOf(this.deployed);
  }

  private entriesOf(region: string, id: string): readonly NodeEntry[] {
    return this.entries.get(`${region}|${id}`) ?? [];
  }

  private note({ key, entries }: Status): void {
    for (const entry of entries) {
      const exception = exceptionOf(key, entry);
      const counts = isInForce(entry);
      const nodes = entry.phase === "expired" ? entry.nodes : nodesInForce(entry);
      if (!counts && entry.phase !== "expired") continue;
      for (const { region, id } of nodes) {
        const known = this.entries.get(`${region}|${id}`) ?? [];
        this.entries.set(`${region}|${id}`, [...known, { exception, isInForce: counts }]);
      }
    }
  }

  private ownWindows({ region, windows }: RegionReading): OwnWindow[] {
    const here = (windows.ok ? windows.value : []).filter((one) => this.isOwn(one));
    const own = here.map((one): OwnWindow => {
      const next = one.enabled ? one.next : undefined;
      const { name, operation, owner, selections } = one;
      return {
        ...{ name, operation, owner, next },
        selects: (node) => selections.some((selection) => selects(selection, node)),
      };
    });
    const central = this.central.flatMap(({ members: all, name, operation, next, owner }): OwnWindow[] => {
      const members = all.get(region);
      return members?.ok === true
        ? [{ name, operation, next, owner, selects: ({ id }) => members.value.has(id) }]
        : [];
    });
    return [...own, ...central];
  }
}

/** What a node must have to be in the stack's base target. */
export function criteriaOf({ patchGroupTagKey, patchGroups, targetTags }: Deployed) {
  return [
    { key: `tag:${patchGroupTagKey}`, values: patchGroups },
    ...Object.entries(targetTags).map(([key, values]) => ({ key: `tag:${key}`, values })),
  ];
}

function exceptionOf(manifest: string, entry: StatusEntry): Exception {
  const { id, owner, reason, expires, effect, patches = [] } = entry;
  return { manifest, entry: id, owner, reason, expires, effect, patches };
}

/** A cause of its own for each exclusion, with its owner and its end, as the lab's report has it. */
export function exceptionCause({ entry, owner, reason, expires }: Exception, why: string): Cause {
  return {
    cause: `exclusion ${entry}`,
    act: "exclusion",
    who: `${owner}, until ${instantText(toMs(expires))}`,
    remedy: reason,
    why,
  };
}
