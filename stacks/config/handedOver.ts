/** How the CLI hands over what YAML takes for a date: a date without quotes (time.Time.String of Go). */
export const handedOver = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} \S{1,6})$/;
const midnight = "00:00:00 +0000 UTC";

/** A date as it stood in the file, of a text that was one; any other text as it is. */
export function dateAsWritten(text: string): string {
  const [, day, rest] = handedOver.exec(text) ?? [];
  return day !== undefined && rest === midnight ? day : text;
}
