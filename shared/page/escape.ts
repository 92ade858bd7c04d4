/** Markup that may go onto the page as it stands. Only `html` and `trusted` make it. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type Part = Html | string | number | null | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text without what could forge its surroundings: control characters, lone surrogates (which no encoder writes back
 * as they were), and direction marks, which would let a name rewrite the order of the words around it. A mark stays in
 * their place, so that a reader sees that something was there.
 */
function visibleText(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|\p{Cs}|\p{Bidi_Control}/gu, "\uFFFD");
}

/** `visibleText` on a single line. */
export function lineText(text: string): string {
  return visibleText(text.replace(/\s+/gu, " ")).trim();
}

function escapeText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

function markup(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  return part.map(markup).join("");
}

/** A template for markup: everything between `${` and `}` is text and is escaped, unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((literal, index) => literal + markup(parts[index] ?? null)).join("");
  return new Html(text);
}

/** A name in its own direction, which must not drag the words around it along. */
export function isolated(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** For markup whose texts are already escaped, such as a chart. */
export function trusted(text: string): Html {
  return new Html(text);
}
