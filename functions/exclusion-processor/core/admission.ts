import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import { several } from "#shared/text/words.js";
import { shortages } from "./budget.js";
import { byRank } from "./desired.js";
import { growthOf, looksForTags, type Reach, reachOf, sizeOf } from "./growth.js";
import { approvalProblems, heldMessage, isApproval, isHolding } from "./held.js";
import type { Ledger, Move } from "./ledger.js";
import { excessOf, heldIn, type Limits } from "./limits.js";
import { entriesOf, isUnknown, type ManifestFacts, type Version } from "./manifests.js";
import { placeOf } from "./place.js";

/** Which version of a manifest is in force from now on, and what its author is told. */
export interface Decision {
  readonly verdict: "applied" | "refused" | "held";
  /** Missing when nothing of the manifest is in force. */
  readonly inForce?: Version;
  /** The version that was looked at and is held or refused: it is looked at anew in each run. */
  readonly waiting?: Version;
  readonly problems: readonly StatusProblem[];
  /** Nodes that it moves without an approval. */
  readonly moved?: readonly string[];
  /** How many nodes the tags of the version in force found when it was admitted. */
  readonly admittedNodes?: number;
  /** Whole sentences. */
  readonly message: readonly string[];
  /** Whether its nodes stay where they are, because what should be in force cannot be had. */
  readonly isPinned?: true;
  /** Whether nobody even knows which version should be, so that every moved node stays. */
  readonly isUnknown?: true;
}

/**
 * Decides for every manifest which version is in force, and leaves the ledgers with exactly these entries. Fails closed:
 * whatever is wrong with a new version, the one before stays; if that one cannot be had either, its nodes stay where
 * they are. Manifests that are not listed any more are not in the ledgers, so they have ended, and neither that nor an
 * expiry is ever held. The order of the manifests is of no account.
 */
export function admit(
  manifests: readonly ManifestFacts[],
  ledgers: readonly Ledger[],
  record: DeploymentRecord,
  limits: Limits,
): Map<string, Decision> {
  const read = new Set(ledgers.map(({ region }) => region));
  const unread = record.regions.flatMap(({ name }) => (read.has(name) ? [] : [name]));
  const admission = new Admission(ledgers, unread, limits);
  return admission.decide([...manifests].sort((a, b) => byRank(rank(a), rank(b))));
}

function rank({ key, newest, inForce, last }: ManifestFacts) {
  const wasInForce = inForce !== undefined || isUnknown(last);
  return { key, uploadedAt: newest.uploadedAt, wasInForce };
}

/** The nodes of a ledger that stay where they are. */
type Pins = ReadonlyMap<Ledger, readonly string[]>;

/** What holds for a manifest as long as no newer version of it is admitted. */
interface Fallback {
  readonly decision: Decision;
  readonly version?: Version;
  /** The nodes that it may reach, by Region; all without it. */
  readonly only?: Reach;
  readonly pins?: { readonly ids: Pins; readonly why: string };
}

class Admission {
  private readonly decisions = new Map<string, Decision>();
  private readonly fallbacks = new Map<string, Fallback>();
  /** The versions whose entries are in the ledgers. */
  private readonly present = new Map<string, { version: Version | undefined; only: Reach | undefined }>();
  private readonly recent: Set<string>;

  constructor(
    private readonly ledgers: readonly Ledger[],
    /** Regions that nothing is known of. */
    private readonly unread: readonly string[],
    private readonly limits: Limits,
  ) {
    this.recent = new Set(limits.recent);
  }

  decide(sorted: readonly ManifestFacts[]): Map<string, Decision> {
    for (const { key, inForce } of sorted) this.set(key, inForce);
    const fits = this.ledgers.every((ledger) => shortages(ledger, "").length === 0);
    if (!fits) for (const { key } of sorted) this.set(key, undefined);
    for (const facts of sorted) {
      if (!fits) this.set(facts.key, facts.inForce);
      this.fallBack(facts.key, this.fallbackOf(facts));
    }
    let waiting = sorted.filter((facts) => candidateOf(facts) !== undefined);
    // One that is admitted can make room for one that was refused before it.
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length;
      waiting = waiting.filter((facts) => !this.accepts(facts));
    }
    return this.decisions;
  }

  /** Looks at a manifest whose version in force is in the ledgers. */
  private fallbackOf(facts: ManifestFacts): Fallback {
    const { key, newest, inForce, last } = facts;
    const problems = newest.reading.ok ? [] : newest.reading.problems;
    const refused = (message: string, more: readonly StatusProblem[] = []): Decision => ({
      verdict: "refused",
      ...(inForce === undefined ? {} : { inForce }),
      problems: [...problems, ...more],
      message: [message],
    });
    const pinned = (ids: (ledger: Ledger) => readonly string[], why: string, more?: StatusProblem[]) => ({
      decision: {
        ...refused(`Refused, and nodes stay where they are: ${why}.`, more),
        isPinned: true as const,
      },
      pins: { ids: new Map(this.ledgers.map((ledger) => [ledger, ids(ledger)])), why },
    });
    if (isUnknown(last)) {
      const why = `what was known of ${key} is lost, so that nobody can tell which version was in force`;
      const { decision, pins } = pinned(
        (ledger) => [...ledger.movedNodes(), ...ledger.memory.promised.keys()],
        why,
      );
      return { decision: { ...decision, isUnknown: true }, pins };
    }
    if (inForce === undefined) return { decision: refused("Refused; nothing of this manifest is in force.") };
    const found = inForce.reading.ok ? problemsOf(this.ledgers, key, inForce) : [];
    if (!inForce.reading.ok || found.length > 0) {
      const listed = last.kind === "known" ? last.status.entries : [];
      const fault = inForce.reading.ok ? "does not fit any more" : "cannot be read";
      return pinned(
        ({ now, region }) =>
          listed
            .filter(({ expires }) => now < Date.parse(expires))
            .flatMap(({ nodes }) => nodes.flatMap((node) => (node.region === region ? [node.id] : []))),
        `version ${inForce.versionId} of ${key} is in force and ${fault}`,
        found,
      );
    }
    const limits = { ...this.limits, recent: this.recent };
    const { admittedNodes, moved = [], held } = growthOf(facts, inForce, this.ledgers, limits);
    for (const node of moved) this.recent.add(node);
    const size = {
      ...(admittedNodes === undefined ? {} : { admittedNodes }),
      ...(moved.length === 0 ? {} : { moved }),
    };
    const limited = { version: inForce, ...(held === undefined ? {} : { only: held.only }) };
    if (newest.versionId !== inForce.versionId) {
      const decision = { ...refused(`Refused; version ${inForce.versionId} is in force.`), ...size };
      return { decision, ...limited };
    }
    const applied: Decision = { verdict: "applied", inForce, problems: [], message: [], ...size };
    if (held === undefined) return { decision: applied, ...limited };
    const decision: Decision = { ...applied, verdict: "held", waiting: inForce, message: held.message };
    return { decision, ...limited };
  }

  private fallBack(key: string, fallback: Fallback): void {
    this.set(key, fallback.version, fallback.only);
    for (const ledger of this.ledgers) {
      if (fallback.pins === undefined) ledger.unpin(key);
      else ledger.pin(key, fallback.pins.ids.get(ledger) ?? [], fallback.pins.why);
    }
    this.fallbacks.set(key, fallback);
    this.decisions.set(key, fallback.decision);
  }

  /** Tries a new version; false when it is refused or held, and the ledgers are then as before. */
  private accepts(facts: ManifestFacts): boolean {
    const { key, newest, approval } = facts;
    const version = candidateOf(facts);
    const fallback = this.fallbacks.get(key);
    if (version === undefined || fallback === undefined) return true;
    // The pins go last, so that a pinned node is counted once, from where it is to where it is wanted.
    const heldBefore = heldIn(this.ledgers);
    const moves = [...this.set(key, version), ...this.ledgers.flatMap((ledger) => ledger.unpin(key))];
    const found = problemsOf(this.ledgers, key, version);
    // Without a verdict this version may have been in force, and what is where it wants it is no change.
    const isNews = facts.last.kind === "known";
    const counting = isNews ? moves : moves.filter(({ isThere }) => !isThere);
    const { uncounted, most: unseen } = this.unseenBy(version);
    const nodes = counting.map(placeOf);
    const change = {
      ...{ moves: counting.length + unseen, nodes, heldBefore },
      heldAfter: heldIn(this.ledgers) + (isHolding(version) ? unseen : 0),
    };
    const excess =
      uncounted.length === 0
        ? excessOf(change, { ...this.limits, recent: this.recent })
        : `nobody can tell how many nodes it would move, because ${several(uncounted)} cannot be read`;
    const isApproved = isApproval(approval, version);
    const isHeld = excess !== undefined && !isApproved;
    const isNewest = version === newest;
    if (found.length === 0 && !isHeld) {
      if (!isApproved) for (const node of nodes) this.recent.add(node);
      const moved = new Set([...(fallback.decision.moved ?? []), ...(isApproved ? [] : nodes)]);
      const kept = {
        ...(moved.size === 0 ? {} : { moved: [...moved] }),
        ...(looksForTags(version) ? { admittedNodes: sizeOf(reachOf(this.ledgers, key)) } : {}),
      };
      const applied: Decision = { verdict: "applied", inForce: version, problems: [], message: [], ...kept };
      const instead = [`Refused; version ${version.versionId} is in force.`];
      const { problems } = fallback.decision;
      const older: Decision = { verdict: "refused", inForce: version, problems, message: instead, ...kept };
      this.decisions.set(key, isNewest ? applied : older);
      return true;
    }
    this.fallBack(key, fallback);
    const decision: Decision = { ...fallback.decision, waiting: version };
    this.decisions.set(key, decision);
    if (isNewest && found.length > 0) {
      this.decisions.set(key, { ...decision, problems: [...decision.problems, ...found] });
    } else if (isNewest && excess !== undefined) {
      const message = [
        ...heldMessage(key, version, excess, decision.inForce),
        ...approvalProblems(key, approval),
      ];
      this.decisions.set(key, { ...decision, verdict: "held", message });
    }
    return false;
  }

  /**
   * What a version may find in Regions that cannot be read: by tags nobody can tell how much, and of nodes that it names at
   * most those that no other Region knows.
   */
  private unseenBy(version: Version): { readonly uncounted: readonly string[]; readonly most: number } {
    const live = entriesOf(version).filter(({ expiresAt }) =>
      this.ledgers.every(({ now }) => now < expiresAt),
    );
    const about = (name: string) => live.filter(({ regions }) => regions.includes(name));
    const uncounted = this.unread.filter((name) =>
      about(name).some(({ selector }) => selector.kind === "tags"),
    );
    const named = this.unread
      .flatMap(about)
      .flatMap(({ selector }) => (selector.kind === "nodes" ? selector.ids : []));
    const unknown = [...new Set(named)].filter(
      (id) => !this.ledgers.some(({ fleet }) => fleet.nodes.has(id)),
    );
    return { uncounted, most: unknown.length };
  }

  private set(key: string, version: Version | undefined, only?: Reach): Move[] {
    const present = this.present.get(key);
    if (present?.version === version && present?.only === only) return [];
    this.present.set(key, { version, only });
    return this.ledgers.flatMap((ledger) => {
      const ids = only === undefined ? undefined : (only.get(ledger.region) ?? new Set<string>());
      return ledger.set(key, entriesOf(version), ids);
    });
  }
}

/** The version that may come into force in this run. */
function candidateOf({ newest, inForce, recovered }: ManifestFacts): Version | undefined {
  if (newest.reading.ok) return newest.versionId === inForce?.versionId ? undefined : newest;
  return inForce === undefined ? recovered : undefined;
}

function problemsOf(ledgers: readonly Ledger[], key: string, version: Version): StatusProblem[] {
  const found = ledgers.flatMap((ledger) => shortages(ledger, key));
  return found.map(({ entryIds: [entry], message }) => {
    const line = entriesOf(version).find(({ id }) => id === entry)?.line;
    return { message, ...(line === undefined ? {} : { line }), ...(entry === undefined ? {} : { entry }) };
  });
}
