import { type Html, html, type Part } from "./escape.js";

/** A part of the page with a name, which the table of contents leads to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Part;
}

export function renderSection({ id, title, content }: Section): Html {
  return html`<section id="${id}"><h2>${title}</h2>${content}</section>\n`;
}

export function contents(sections: readonly Section[]): Html {
  const items = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Contents"><ul>${items}</ul></nav>`;
}
