import { type Html, html } from "#shared/page/escape.js";
import type { Outcome } from "../summary/outcome.js";

/** Colours are the page's own, with a light one to fall back on where a chart stands alone. */
export const colours = {
  ink: "var(--ink,#1f2328)",
  dim: "var(--dim,#59636e)",
  line: "var(--line,#d1d9e0)",
  surface: "var(--surface,#ffffff)",
  track: "var(--track,#eef1f4)",
  good: "var(--good,#1a7f37)",
  warn: "var(--warn,#9a6700)",
  late: "var(--late,#bc4c00)",
  bad: "var(--bad,#cf222e)",
  quiet: "var(--quiet,#6e7781)",
  busy: "var(--busy,#0969da)",
} as const;

/** How an outcome is drawn: a badge with a glyph, so that it can be told without its colour. */
export interface Mark {
  readonly colour: string;
  /** A hollow badge says that nothing ran. */
  readonly hollow: boolean;
  /** Strokes on a grid of 16 by 16. */
  readonly glyph: string;
}

export const outcomeMarks: Readonly<Record<Outcome, Mark>> = {
  done: { colour: colours.good, hollow: false, glyph: "M4 8.4L7 11.4L12 5" },
  "out-of-reach": { colour: colours.good, hollow: true, glyph: "M4 8.4L7 11.4L12 5" },
  incomplete: { colour: colours.warn, hollow: false, glyph: "M8 3.6L8 9M8 12L8 12.4" },
  "out-of-time": { colour: colours.late, hollow: false, glyph: "M8 3.6L8 8.4L11.4 10.6" },
  "error-limit": { colour: colours.bad, hollow: false, glyph: "M5 5L11 5L11 11L5 11Z" },
  failed: { colour: colours.bad, hollow: false, glyph: "M4.8 4.8L11.2 11.2M11.2 4.8L4.8 11.2" },
  skipped: { colour: colours.late, hollow: true, glyph: "M4 4.8L7.2 8L4 11.2M8.8 4.8L12 8L8.8 11.2" },
  cancelled: { colour: colours.quiet, hollow: false, glyph: "M4 8L12 8" },
  running: { colour: colours.busy, hollow: false, glyph: "M5.6 4.2L11.4 8L5.6 11.8Z" },
  "no-nodes": { colour: colours.quiet, hollow: true, glyph: "M8 4.6L11.4 8L8 11.4L4.6 8Z" },
  "not-covered": { colour: colours.warn, hollow: true, glyph: "M8 3.6L8 9M8 12L8 12.4" },
  "not-closed": { colour: colours.bad, hollow: true, glyph: "M8 3.6L8 8.4L11.4 10.6" },
  frozen: { colour: colours.quiet, hollow: true, glyph: "M4 8L12 8" },
  held: { colour: colours.warn, hollow: true, glyph: "M6 4.8L6 11.2M10 4.8L10 11.2" },
  absent: { colour: colours.quiet, hollow: true, glyph: "M4 4.8L7.2 8L4 11.2M8.8 4.8L12 8L8.8 11.2" },
  missed: {
    colour: colours.bad,
    hollow: true,
    glyph: "M5.4 6.2C5.4 2.6 10.6 2.8 10.6 6C10.6 7.8 8 8 8 9.6M8 12L8 12.4",
  },
};

const outcomeOfState = { compliant: "done", "non-compliant": "failed", unknown: "missed" } as const;

export const stateColours = {
  compliant: colours.good,
  nonCompliant: colours.bad,
  unknown: colours.quiet,
} as const;

/** The shapes of a badge on a grid of 16 by 16. One that is shown too small for its glyph goes without. */
export function badgeShapes({ colour, hollow, glyph }: Mark, size: number): Html {
  const [fill, stroke] = hollow ? [colours.surface, colour] : [colour, colours.surface];
  // A line of the picture is at least one pixel wide.
  const width = Math.max(1.5, Math.round(1600 / size) / 100);
  const box = html`<rect x="0.75" y="0.75" width="14.5" height="14.5" rx="4" fill="${fill}" stroke="${colour}" stroke-width="${width}"/>`;
  if (size < 9) return box;
  return html`${box}<path d="${glyph}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function badge(mark: Mark): Html {
  return html`<svg class="mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">${badgeShapes(mark, 16)}</svg>`;
}

/** The badge of an outcome for the page. The text next to it says the same in words. */
export function outcomeBadge(outcome: Outcome): Html {
  return badge(outcomeMarks[outcome]);
}

/** The badge of a node's state. */
export function stateBadge(state: keyof typeof outcomeOfState): Html {
  const mark = outcomeMarks[outcomeOfState[state]];
  return badge(state === "unknown" ? { ...mark, colour: colours.quiet } : mark);
}

/** A key for an area of the compliance chart. */
export function areaKey(colour: string): Html {
  return html`<svg class="mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="${colour}"/></svg>`;
}
