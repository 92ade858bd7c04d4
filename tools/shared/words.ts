/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** An instant for a table, to the minute: `2026-10-11 04:00 UTC`; any other text as it is. */
export function timeText(text: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
    ? `${text.slice(0, 16).replace("T", " ")} UTC`
    : text;
}
