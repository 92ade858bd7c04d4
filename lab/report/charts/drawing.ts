import { type Html, html } from "#shared/page/escape.js";
import { badgeShapes, colours, type Mark } from "../page/marks.js";

/** Coordinates to a hundredth of a pixel: shorter, and no last digit that hangs on the machine's arithmetic. */
export function px(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Attributes of a shape, named as SVG names them. */
type Style = Readonly<Record<string, string | number>>;

function styled(style: Style): Html {
  return html`${Object.entries(style).map(([name, value]) => html` ${name}="${value}"`)}`;
}

interface TextOptions {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly align?: "start" | "middle" | "end";
  /** Cut with an ellipsis beyond this. */
  readonly width?: number;
}

/** A line of text around a height. */
export function drawText(text: string, x: number, y: number, options: TextOptions = {}): Html {
  const { size = 12, colour = colours.ink, bold = false, align = "start", width } = options;
  const style: Style = {
    ...(size === 12 ? {} : { "font-size": size }),
    ...(bold ? { "font-weight": "bold" } : {}),
    ...(align === "start" ? {} : { "text-anchor": align }),
    fill: colour,
  };
  const shown = width === undefined ? text : cut(text, width, size, bold);
  return html`<text x="${px(x)}" y="${px(y)}" dy=".35em"${styled(style)}>${shown}</text>\n`;
}

export function drawLine(x1: number, y1: number, x2: number, y2: number, style: Style): Html {
  return html`<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"${styled(style)}/>\n`;
}

export function drawBox(x: number, y: number, width: number, height: number, style: Style): Html {
  return html`<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"${styled(style)}/>\n`;
}

/** A badge centred on a point. One too small for its glyph is drawn without. */
export function drawBadge(mark: Mark, x: number, y: number, size: number): Html {
  const place = `translate(${px(x - size / 2)} ${px(y - size / 2)}) scale(${px(size / 16)})`;
  return html`<g transform="${place}">${badgeShapes(mark, size)}</g>\n`;
}

/** Room that a text needs, generously: charts are drawn where no font can be asked. */
export function textWidth(text: string, size = 12): number {
  return widthOf([...text], 0.58 * size, size);
}

/** A character of most scripts beyond Latin, Greek and Cyrillic is as wide as it is high. */
function widthOf(characters: readonly string[], letter: number, other: number): number {
  return characters.reduce((sum, character) => sum + (character < "\u0530" ? letter : other), 0);
}

/** Cut where a common font has filled the width; generous room would cut what fits. */
function cut(text: string, width: number, size: number, bold: boolean): string {
  const fits = (characters: readonly string[]) =>
    widthOf(characters, (bold ? 0.56 : 0.52) * size, size) <= width;
  const characters = [...text];
  if (fits(characters)) return text;
  while (characters.length > 0 && !fits([...characters, "…"])) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
