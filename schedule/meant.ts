import { parseSchedule } from "./expression.js";

/**
 * The expression that was meant by one with a slip that leaves no doubt: blanks, capitals, the plural of a rate's unit, a
 * missing bracket, year or word cron, a star where `?` is due. Days that are numbers are let be in what looks like the cron
 * of Unix, which counts them otherwise.
 *
 * @returns one expression that can be read, or none
 */
export function scheduleMeant(text: string): readonly string[] {
  if (text.length > 256) return [];
  const plain = text.trim().replaceAll(/\s+/g, " ");
  const [, kind, rest] = /^(cron|rate|at) ?\(? ?(.*?) ?\)*$/i.exec(plain) ?? [undefined, "cron", plain];
  const body = rest ?? "";
  const isUnix = kind === "cron" && body.split(" ").length === 5 && /\d/.test(body.split(" ")[4] ?? "");
  if (isUnix) return [];
  const written = bodyOf((kind ?? "").toLowerCase(), body);
  const meant = `${(kind ?? "").toLowerCase()}(${written})`;
  return meant !== text && parseSchedule(meant).ok ? [meant] : [];
}

function bodyOf(kind: string, body: string): string {
  if (kind === "rate") {
    const [, count = "", unit = ""] = /^(\d+) ?(minute|hour|day)s?$/i.exec(body) ?? [];
    return `${count} ${unit.toLowerCase()}${count === "1" ? "" : "s"}`;
  }
  if (kind === "at") return body.replace(/^(\S+) (\S+)$/, "$1T$2").replace(/Z$/, "");
  const fields = body.split(" ");
  if (fields.length === 5) fields.push("*");
  const [dayOfMonth, dayOfWeek] = [fields.length - 4, fields.length - 2];
  if (fields[dayOfMonth] !== "?" && fields[dayOfWeek] === "*") fields[dayOfWeek] = "?";
  else if (fields[dayOfMonth] === "*" && fields[dayOfWeek] !== "?") fields[dayOfMonth] = "?";
  return fields.join(" ");
}
