import { type Html, html, type Part } from "./escape.js";

export interface Column {
  readonly label: string;
  readonly className?: "number" | "when" | "state" | "what" | "words" | "who";
}

/** One cell; null where there is nothing to say. The first cell of a row names it. */
export type Cell = Part;

function cell(column: Column, content: Cell): Html {
  const none = content === null || content === "";
  const classes = [column.className ?? "", none ? "none" : ""].filter((name) => name !== "").join(" ");
  const shown = none ? "–" : content;
  return html`<td role="cell" class="${classes}" data-label="${column.label}"><div>${shown}</div></td>`;
}

/**
 * A table that becomes a list of cards on a phone. The roles are spelt out because browsers drop the meaning of a
 * table whose parts are laid out as blocks. Of the class `even`, tables have columns of the same widths; of that and
 * of `named`, a caption for those alone who do not see the heading above it.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  className = "",
): Html {
  const head = columns.map(
    ({ label, className }) =>
      html`<th role="columnheader" scope="col" class="${className === "number" ? "number" : ""}">${label}</th>`,
  );
  const body = rows.map((cells) => {
    const [name = null, ...rest] = cells;
    const others = rest.map((content, index) => cell(columns[index + 1] ?? { label: "" }, content));
    const className = columns[0]?.className ?? "";
    return html`<tr role="row"><th role="rowheader" scope="row" class="${className}"><div>${name}</div></th>${others}</tr>\n`;
  });
  return html`<table role="table" class="${className}"><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">${body}</tbody></table>`;
}
