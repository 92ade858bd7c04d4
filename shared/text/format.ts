const minuteMs = 60_000;

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Written out here because the words of Intl differ between versions of Node, and the same run must give the same bytes.
function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function toMs(at: string): number {
  return Date.parse(at);
}

/** `4 Oct` */
export function dayText(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]}`;
}

/** `Sun 4 Oct` */
function weekdayText(ms: number): string {
  return `${dayNames[new Date(ms).getUTCDay()]} ${dayText(ms)}`;
}

/** `Sun 4 Oct 2026` */
export function dateText(ms: number): string {
  return `${weekdayText(ms)} ${new Date(ms).getUTCFullYear()}`;
}

/** `Sun 4 Oct 2026 04:00 UTC`: an end or a beginning, which is a moment and no day. */
export function instantText(ms: number): string {
  return `${dateText(ms)} ${clockText(ms)} UTC`;
}

/** `04:00` */
export function clockText(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `Sun 4 Oct 04:00` */
export function momentText(ms: number): string {
  return `${weekdayText(ms)} ${clockText(ms)}`;
}

/** The time on a clock in the zone, `00:00`; empty when the zone is not known here. */
export function zoneClockText(ms: number, timezone: string): string {
  try {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    return format.format(ms);
  } catch {
    return "";
  }
}

/** `4 h 50 min` */
export function durationText(ms: number): string {
  const minutes = Math.max(0, Math.ceil(ms / minuteMs));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `12,345` */
export function numberText(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 node`, `2 nodes` */
export function countText(value: number, one: string, many = `${one}s`): string {
  return `${numberText(value)} ${value === 1 ? one : many}`;
}

/** `94 %`. Only all is 100 % and only none is 0 %, whatever rounding says. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 1) return "under 1 %";
  if (part < whole && percent > 99) return "over 99 %";
  return `${Math.round(percent)} %`;
}

/** Order by code units: the same on every machine, whatever its language. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** An instant as summary.json writes it; `toMs` reads it back. */
export function iso(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
