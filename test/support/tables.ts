/** The tables of a text in Markdown: rows of cells, the first of them the head. */
export function tablesOf(markdown: string): string[][][] {
  const tables: string[][][] = [];
  let open: string[][] | undefined;
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = [];
      tables.push(open);
    }
    const cells = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    if (!cells.every((cell) => /^:?-+:?$/.test(cell))) open.push(cells);
  }
  return tables;
}
