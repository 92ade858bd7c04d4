import { countText, numberText } from "#shared/text/format.js";
import { complianceAtEnd, isProblem, occurrencesOf } from "./facts.js";
import type { CauseSummary, Summary } from "./summary.js";

/** What a run has come to, for page and terminal alike. */
interface Headline {
  /** The worst fact first; success only where there is nothing else. */
  readonly title: string;
  /** wrong: a window did not do its job, or most nodes are not compliant; mixed: something is to be looked at. */
  readonly mood: "good" | "mixed" | "wrong";
  /** The facts beside it, a sentence each. */
  readonly lines: readonly string[];
}

/** Nodes by whose turn it is; the others have nothing to look at. */
interface Turns {
  /** Of somebody: the node's owner or the stack's. */
  readonly somebody: number;
  /** Of an exclusion, until it ends. */
  readonly exclusion: number;
  /** Of nobody: the next window does it. */
  readonly nobody: number;
}

export function turnsOf({ causes }: Pick<Summary, "causes">): Turns {
  const nodes = (...acts: CauseSummary["act"][]) =>
    causes.reduce((sum, { act, nodes: some }) => sum + (acts.includes(act) ? some : 0), 0);
  return { somebody: nodes("node", "stack"), exclusion: nodes("exclusion"), nobody: nodes("nobody") };
}

function isAre(count: number): string {
  return count === 1 ? "is" : "are";
}

function nodesText(summary: Summary): string | undefined {
  const { compliant, nonCompliant, unknown } = complianceAtEnd(summary);
  const all = countText(compliant + nonCompliant + unknown, "node");
  const were = unknown === 1 ? "was" : "were";
  if (nonCompliant === 0) {
    if (unknown === 0) return undefined;
    return compliant === 0
      ? `None of ${all} was scanned`
      : `${numberText(unknown)} of ${all} ${were} never scanned`;
  }
  const bad = `${numberText(nonCompliant)} of ${all} ${isAre(nonCompliant)} not compliant`;
  return unknown === 0 ? bad : `${bad}, and ${numberText(unknown)} ${were} never scanned`;
}

function turnsText(turns: Turns): string | undefined {
  const { somebody, exclusion, nobody } = turns;
  const parts = [
    ...(somebody > 0 ? [`somebody must act on ${countText(somebody, "node")}`] : []),
    ...(exclusion > 0 ? [`${countText(exclusion, "node")} ${isAre(exclusion)} under an exclusion`] : []),
    ...(nobody > 0 ? [`${countText(nobody, "node")} ${nobody === 1 ? "waits" : "wait"} for a window`] : []),
  ].join(", ");
  return parts === "" ? undefined : `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
}

/** The worst fact leads: windows that did not do their job, then nodes, then openings. */
export function headlineOf(summary: Summary): Headline {
  const { windowsDidTheirJob, problems } = summary.verdict;
  const { compliant, nonCompliant, unknown } = complianceAtEnd(summary);
  const openings = summary.windows.flatMap(occurrencesOf);
  const wrong = openings.filter(isProblem).length;
  // A window that did its job may have nodes that failed within its limit, or that a central window did not cover.
  const left = `in ${numberText(wrong)} of ${countText(openings.length, "opening")} nodes failed or were left out`;
  const turns = turnsOf(summary);
  const count = problems.length > 0 ? `: ${countText(problems.length, "problem")}` : "";
  const windows = windowsDidTheirJob ? undefined : `Not every window did its job${count}`;
  const nodes = nodesText(summary);
  const mild =
    turns.somebody > 0
      ? `Every node is compliant, but somebody must act on ${numberText(turns.somebody)}`
      : wrong > 0
        ? `Every node is compliant, but ${left}`
        : undefined;
  const worst = [windows, nodes].filter((part) => part !== undefined).join("; ");
  const all =
    compliant === 0 ? "All windows did their job" : "All windows did their job, every node is compliant";
  const title = worst !== "" ? worst : (mild ?? all);
  const ended = `Every window opened and ended as planned, but ${left}.`;
  const jobs = windowsDidTheirJob ? (wrong > 0 ? ended : "All windows did their job.") : undefined;
  const state = `${numberText(compliant)} of ${countText(compliant + nonCompliant + unknown, "node")} compliant at the end.`;
  const mostly = nonCompliant + unknown > compliant;
  return {
    title,
    mood: !windowsDidTheirJob || mostly ? "wrong" : title === all ? "good" : "mixed",
    lines: [title === all ? undefined : jobs, state, turnsText(turns)].filter((line) => line !== undefined),
  };
}
