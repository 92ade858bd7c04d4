import Table from "cli-table3";
import { seen } from "../text/quotes.js";
import type { Printer } from "./terminal.js";

/** Of a table of cli-table3: columns apart by two blanks, and no lines. */
export const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** Rows under a head, columns apart by two blanks. Nothing is cut: a terminal that is too narrow wraps the lines. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Printer["paint"],
): string[] {
  const made = new Table({
    chars: { ...noLines },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  made.push(head.map((text) => paint("dim", text)));
  for (const row of rows) made.push(row.map((cell) => (cell === "" ? "-" : seen(cell))));
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
