import { lineText } from "./escape.js";

export type CsvValue = string | number | boolean | null;

/** A column: its name in the first line, and what stands there for a row. */
export interface CsvColumn<T> {
  readonly name: string;
  readonly value: (row: T) => CsvValue;
}

/**
 * What begins a formula in a spreadsheet, at the start of a cell or, where another separator is usual, after one. The
 * signs are those that OWASP's page on CSV injection lists, the wide ones of Asian keyboards among them.
 */
const formula = /(^|; ?)(?=[=+\-@＝＋－＠])/g;

/** Nearly every text of a fleet, of which millions are written: words of letters and digits, in which there is nothing to mend. */
const harmless = /^(?:[a-z0-9]+(?:[ _.:/-][a-z0-9]+)*)?$/i;

/** Text is quoted and on one line, and nothing of it is a formula: an apostrophe stands before what would begin one. */
function cell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  if (harmless.test(value)) return `"${value}"`;
  const safe = lineText(value).replace(formula, "$1'");
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Lines that are joined at a time: those of a large table would take more memory one by one than its text. */
const linesPerBlock = 1000;

/**
 * A table as CSV (RFC 4180): a line of names, then a line for each row, each with CR and LF; UTF-8 without a mark. No
 * value is there as nothing between the commas.
 */
export function csvText<T>(columns: readonly CsvColumn<T>[], rows: Iterable<T>): string {
  const blocks: string[] = [];
  let lines = [columns.map(({ name }) => name).join(",")];
  for (const row of rows) {
    if (lines.length === linesPerBlock) {
      blocks.push(lines.join("\r\n"));
      lines = [];
    }
    lines.push(columns.map(({ value }) => cell(value(row))).join(","));
  }
  return `${[...blocks, lines.join("\r\n")].join("\r\n")}\r\n`;
}
