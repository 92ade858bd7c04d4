import { countText, numberText } from "../text/format.js";
import { type Html, html, isolated, type Part } from "./escape.js";
import { fold } from "./fold.js";
import { type Cell, type Column, table } from "./grid.js";

/** A node in one row: what happened to it, why, and who must act. */
export interface CauseRow {
  readonly name: string;
  readonly id: string;
  /** System, Region, patch group: what tells it apart. */
  readonly place: string;
  readonly what: Part;
  readonly why: readonly string[];
  readonly who: string;
}

/** Nodes with the same cause. */
export interface CauseGroup {
  readonly cause: string;
  readonly who: string;
  readonly remedy: string;
  /** All of them; the rows may be fewer. */
  readonly nodes: number;
  readonly rows: readonly CauseRow[];
}

const columns: readonly Column[] = [
  { label: "Node", className: "who" },
  { label: "What happened", className: "what" },
  { label: "Why", className: "words" },
  { label: "Who must act", className: "who" },
];

function row({ name, id, place, what, why, who }: CauseRow): Cell[] {
  const code = html`<code>${id}</code>`;
  const title = name === "" || name === id ? code : html`${isolated(name)}<span class="sub">${code}</span>`;
  return [
    html`${title}<span class="sub">${isolated(place)}</span>`,
    what,
    why.map((text) => html`<div>${isolated(text)}</div>`),
    isolated(who),
  ];
}

/** A link to a file beside the page, or in a folder there. */
export function fileLink(file: string): Html {
  return html`<a href="${file.split("/").map(encodeURIComponent).join("/")}">${file}</a>`;
}

/** The groups as folds, each with its rows; what a group has beyond them is in a file. */
export function causeGroups(
  groups: readonly CauseGroup[],
  isOpen: boolean,
  idOf: (cause: number) => string,
  file = "nodes.csv",
): Html {
  return html`${groups.map(({ cause, who, remedy, nodes, rows }, index) => {
    const left = nodes - rows.length;
    const more =
      left > 0
        ? html`<p class="note">And ${numberText(left)} more in ${fileLink(file)}, under this cause.</p>`
        : null;
    return fold({
      title: html`${isolated(cause)} <span class="aside">${countText(nodes, "node")} · ${isolated(who)}</span>`,
      content: html`<p class="note">${isolated(remedy)}</p>${table(`Nodes under: ${cause}`, columns, rows.map(row), "even")}${more}`,
      file,
      isOpen,
      id: idOf(index),
    });
  })}`;
}
