import type { WindowCall } from "#shared/contract/exclusionGate.js";
import { compare, counted } from "#shared/text/words.js";
import { type Result, settle } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import type { Ports } from "../ports.js";
import type { Doubt } from "./gate.js";
import { promisedIn } from "./promises.js";
import type { GateSummary, RunSummary } from "./runSummary.js";

/** Nodes that a message names. */
const maxNamed = 20;

/** Why nobody can vouch for what was promised in a window's Region; nothing is known where there is no count. */
interface Doubts {
  /** Nodes that nobody can vouch for. */
  readonly count: number;
  /** The first of them. */
  readonly nodes: readonly Doubt[];
  /** Why nobody knows which they are: whole sentences. */
  readonly unknown: readonly string[];
}

/**
 * Lets a window go on whose promises are kept for sure. Any other is cancelled, or goes on, as its gate says, and people are
 * told which nodes it is about.
 *
 * @param run what the call has come to, or why it has come to nothing
 * @returns what became of the window, and what went wrong with that: whole sentences
 */
export async function keepGate(
  ports: Pick<Ports, "cancelExecution" | "notifier" | "store">,
  { gate, windowId, executionId }: WindowCall,
  region: string,
  run: Result<Pick<RunSummary, "errors" | "regions">>,
): Promise<{ readonly summary: GateSummary; readonly errors: readonly string[] }> {
  const doubts = await doubtsIn(ports, region, run);
  const summary = { windowId, executionId };
  if (doubts.count === 0 && doubts.unknown.length === 0) {
    return { summary: { ...summary, verdict: "vouched" }, errors: [] };
  }
  const cancelled = gate === "cancel" ? await settle(ports.cancelExecution(executionId)) : undefined;
  const verdict = cancelled?.ok === true ? "cancelled" : "went on";
  const failure = cancelled?.ok === false ? cancelled.error : undefined;
  const told = await settle(ports.notifier.publish(noticeOf(windowId, verdict, doubts, failure)));
  return {
    summary: { ...summary, verdict },
    errors: [
      ...(failure === undefined
        ? []
        : [`The execution ${executionId} of ${windowId} could not be cancelled (${failure}).`]),
      ...(told.ok ? [] : [`Nobody could be told of the window ${windowId} (${told.error}).`]),
    ],
  };
}

async function doubtsIn(
  { store }: Pick<Ports, "store">,
  region: string,
  run: Result<Pick<RunSummary, "errors" | "regions">>,
): Promise<Doubts> {
  const unknown = (...sentences: readonly string[]): Doubts => ({ count: 0, nodes: [], unknown: sentences });
  if (!run.ok) return unknown(`Exclusions could not be brought up to date (${run.error}).`);
  const found = run.value.regions.find((one) => one.region === region);
  if (found === undefined) return unknown(...run.value.errors);
  const { unvouched, doubts = [], error = "was not read", lost } = found;
  if (lost !== undefined) return { ...unknown(lost), count: unvouched ?? 0, nodes: doubts };
  if (unvouched !== undefined) return { count: unvouched, nodes: doubts, unknown: [] };
  const kept = await settle(promisedIn(store, region));
  if (!kept.ok) return unknown(`What was promised in ${region} cannot be read (${kept.error}).`);
  if (kept.value.kind === "lost") return unknown(kept.value.why);
  const ids = [...kept.value.promised.keys()].sort(compare);
  const why = `its tags are not known, since ${region} ${error}`;
  return { count: ids.length, nodes: ids.slice(0, maxNamed).map((id) => ({ region, id, why })), unknown: [] };
}

function noticeOf(
  windowId: string,
  verdict: "cancelled" | "went on",
  { count, nodes, unknown }: Doubts,
  failure: string | undefined,
): Notice {
  const what = count === 0 ? "exclusions" : `the exclusions of ${counted(count, "node")}`;
  const lines = nodes.map(({ region, id, why }) => `- ${id} (${region}): ${why}`);
  const more = count - lines.length;
  const is =
    verdict === "cancelled"
      ? "was cancelled before a node was patched"
      : failure === undefined
        ? "goes on, as exclusionGate: proceed says"
        : `goes on, since it could not be cancelled (${failure})`;
  const next =
    verdict === "cancelled"
      ? 'Its nodes stay unpatched until it opens again. docs/exclusions.md, "Before a window installs", says what to do.'
      : "What these exclusions keep off may be installed.";
  return {
    ...{ kind: "exclusions-unvouched", about: windowId, facts: { verdict, nodes: String(count) } },
    subject: `patchplane: ${windowId} ${verdict}: nobody can vouch for exclusions`,
    text: [
      `The install window ${windowId} ${is}: nobody can vouch for ${what} that were told as in force.`,
      "",
      ...unknown.map((why) => `- ${why}`),
      ...lines,
      ...(more > 0 ? [`- and ${more} more`] : []),
      "",
      next,
      "",
    ].join("\n"),
  };
}
