import type { CauseSummary, NodeSummary } from "#lab/report/summary/summary.js";

type Known = Pick<CauseSummary, "cause" | "act" | "who" | "remedy">;

const ofNode = (cause: string): Known => ({
  cause,
  act: "node",
  who: "owner of the node",
  remedy: `Mend: ${cause}.`,
});

/** Causes of the nodes of these tests. */
export const known = {
  noTag: ofNode("in no window: no tag PatchGroup"),
  otherTag: ofNode("in no window: another value of tag PatchGroup"),
  stopped: ofNode("stopped"),
  lost: ofNode("connection lost"),
  noAgent: ofNode("no SSM Agent"),
  failed: ofNode("patches failed to install"),
  reboot: ofNode("waiting for a reboot"),
  fallback: {
    cause: "on the default baseline",
    act: "stack",
    who: "owner of stack prod",
    remedy: "Add the operating system to operatingSystems.",
  },
  exclusion: {
    cause: "exclusion payments-openssl",
    act: "exclusion",
    who: "payments@example.com, until Thu 31 Dec 2026 00:00 UTC",
    remedy: "TLS handshakes with the bank fail",
  },
  waiting: {
    cause: "waiting for patchplane-prod-install",
    act: "nobody",
    who: "nobody: it opens Sun 8 Nov 09:00",
    remedy: "Nothing: the window opens Sun 8 Nov 09:00.",
  },
} as const satisfies Record<string, Known>;

/** A node under a cause. */
export function under({ cause, who }: Known): Pick<NodeSummary, "cause" | "who"> {
  return { cause, who };
}

/** What a summary says of the causes of its nodes. */
export function causesOf(nodes: readonly NodeSummary[]): CauseSummary[] {
  return Object.values(known).flatMap((one) => {
    const names = nodes.filter(({ cause }) => cause === one.cause).map(({ name }) => name);
    return names.length === 0 ? [] : [{ ...one, nodes: names.length, examples: names.slice(0, 5) }];
  });
}
