import { type Html, html, type Part, trusted } from "./escape.js";
import { contents, renderSection, type Section } from "./section.js";
import { style } from "./style.js";

// A page needs neither script nor network, so it forbids both: a slip in escaping would stay text.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What stands on a page, from its top. */
interface Page {
  readonly title: string;
  readonly header: Part;
  readonly verdict: Html;
  readonly figures: Html;
  readonly sections: readonly Section[];
  readonly footer: Html;
}

/** A whole page: one file. */
export function page({ title, header, verdict, figures: numbers, sections, footer }: Page): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<title>${title}</title>
<style>${trusted(style)}</style></head>
<body><header><h1>${header}</h1></header>
<main>${verdict}
${contents(sections)}
${numbers}
${sections.map(renderSection)}</main>
<footer>${footer}</footer>
</body></html>
`.text;
}

/** A number with its name, and what there is to say of it. */
export type Figure = readonly [label: string, value: string, more: string];

/** Figures in a grid. */
export function figures(all: readonly Figure[]): Html {
  return html`<dl class="figures">${all.map(
    ([label, value, more]) =>
      html`<div><dt>${label}</dt><dd><span class="value">${value}</span> <span class="more">${more}</span></dd></div>`,
  )}</dl>`;
}
