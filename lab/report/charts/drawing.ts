import { COLOUR, type Mark } from "../page/marks.js";
import { clockText, DAY, dayText, durationText, HOUR } from "../summary/format.js";
import { FONT } from "./svg.js";

/** The few kinds of element that the charts are drawn with, as the library's custom series takes them. */
export type Drawn =
  | { type: "group"; children: Drawn[] }
  | {
      type: "rect";
      shape: { x: number; y: number; width: number; height: number; r?: number };
      style: ShapeStyle;
      z2?: number;
    }
  | {
      type: "line";
      shape: { x1: number; y1: number; x2: number; y2: number };
      style: ShapeStyle;
      z2?: number;
    }
  | {
      type: "path";
      shape: { pathData: string };
      x: number;
      y: number;
      scaleX: number;
      scaleY: number;
      style: ShapeStyle;
    }
  | { type: "text"; x: number; y: number; style: TextStyle; z2?: number };

interface ShapeStyle {
  fill?: string;
  stroke?: string;
  lineWidth?: number;
  lineDash?: number[];
  lineCap?: "round";
  lineJoin?: "round";
  opacity?: number;
  fillOpacity?: number;
}

interface TextStyle {
  text: string;
  fill: string;
  fontSize: number;
  fontFamily: string;
  fontWeight?: "bold";
  align?: "left" | "center" | "right";
  verticalAlign: "middle";
  width?: number;
  overflow?: "truncate";
  ellipsis?: string;
}

interface TextOptions {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly align?: "left" | "center" | "right";
  /** Cut with an ellipsis beyond this. */
  readonly width?: number;
}

export function drawText(text: string, x: number, y: number, options: TextOptions = {}): Drawn {
  const style: TextStyle = {
    text,
    fill: options.colour ?? COLOUR.ink,
    fontSize: options.size ?? 12,
    fontFamily: FONT,
    verticalAlign: "middle",
    align: options.align ?? "left",
  };
  if (options.bold === true) style.fontWeight = "bold";
  if (options.width !== undefined) {
    // The library measures a bold text as if it were not.
    const width = options.bold === true ? options.width * 0.86 : options.width;
    Object.assign(style, { width, overflow: "truncate", ellipsis: "…" });
  }
  return { type: "text", x, y, style };
}

export function drawLine(x1: number, y1: number, x2: number, y2: number, style: ShapeStyle): Drawn {
  return { type: "line", shape: { x1, y1, x2, y2 }, style };
}

export function drawBox(
  x: number,
  y: number,
  width: number,
  height: number,
  style: ShapeStyle,
  r = 0,
): Drawn {
  return { type: "rect", shape: { x, y, width, height, r }, style };
}

/** A badge centred on a point. One too small for its glyph is drawn without. */
export function drawBadge(mark: Mark, x: number, y: number, size: number): Drawn {
  const left = x - size / 2;
  const top = y - size / 2;
  const scale = size / 16;
  const box = drawBox(
    left,
    top,
    size,
    size,
    {
      fill: mark.hollow ? COLOUR.surface : mark.colour,
      stroke: mark.colour,
      lineWidth: Math.max(1, 1.5 * scale),
    },
    size / 4,
  );
  if (size < 9) return box;
  const glyph: Drawn = {
    type: "path",
    shape: { pathData: mark.glyph },
    x: left,
    y: top,
    scaleX: scale,
    scaleY: scale,
    style: {
      fill: "none",
      stroke: mark.hollow ? mark.colour : COLOUR.surface,
      lineWidth: 2,
      lineCap: "round",
      lineJoin: "round",
    },
  };
  return { type: "group", children: [box, glyph] };
}

/** Room that a text needs, generously: charts are drawn where no font can be asked. */
export function textWidth(text: string, size = 12): number {
  return [...text].length * size * 0.58;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const DAY_STEPS = [1, 2, 7, 14, 28, 56, 91, 182];
const HOUR_STEPS = [1, 2, 3, 6, 12];
// 5 January 1970, so that weekly ticks fall on Mondays.
const MONDAY = 4 * DAY;

function ticksEvery(from: number, to: number, step: number, anchor: number): number[] {
  const ticks: number[] = [];
  for (let at = Math.ceil((from - anchor) / step) * step + anchor; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** Ticks at whole days, or hours in a short run, no more than fit. */
export function dateTicks(from: number, to: number, room: number): Tick[] {
  const most = Math.max(2, Math.floor(room / 52));
  if (to - from <= 2 * DAY) {
    const step = (HOUR_STEPS.find((hours) => (to - from) / (hours * HOUR) <= most) ?? 24) * HOUR;
    return ticksEvery(from, to, step, 0).map((at) => ({
      at,
      label: at % DAY === 0 ? dayText(at) : clockText(at),
    }));
  }
  const days = DAY_STEPS.find((step) => (to - from) / (step * DAY) <= most) ?? 364;
  return ticksEvery(from, to, days * DAY, MONDAY).map((at) => ({ at, label: dayText(at) }));
}

/** Ticks in whole hours from 0. */
export function hourTicks(hours: number, room: number): Tick[] {
  // Whole hours are shorter to write than quarters.
  const fits = (size: number) => hours / size <= room / (size < 1 ? 130 : 52);
  const step = [0.25, 0.5, 1, 2, 3, 6, 12].find(fits) ?? 24;
  return ticksEvery(0, hours, step, 0).map((at) => ({
    at,
    label: at === 0 ? "opens" : durationText(at * HOUR),
  }));
}
