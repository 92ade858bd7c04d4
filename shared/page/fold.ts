import { type Html, html, type Part } from "./escape.js";

/** What is shown on demand. */
interface Fold {
  readonly title: Part;
  readonly content: Part;
  /** The file beside the page that has the same: a page on paper names it where the fold is closed. */
  readonly file: string;
  readonly isOpen?: boolean;
  /** A link to it opens it: browsers open what is around the target. */
  readonly id?: string;
}

export function fold({ title, content, file, isOpen = false, id }: Fold): Html {
  const inner = id === undefined ? content : html`<div id="${id}">${content}</div>`;
  return html`<details${isOpen ? html` open` : null}><summary data-file="${file}">${title}</summary>${inner}</details>`;
}
