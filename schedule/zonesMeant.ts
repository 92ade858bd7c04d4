import { bareName, didYouMean, nearest } from "#shared/text/nearest.js";
import { quote } from "#shared/text/quotes.js";
import { problem } from "./problem.js";
import { areas, hasIanaShape, zoneProblem } from "./zone.js";
import { cityZones, shortNames, windowsZones, zonesToChoose } from "./zoneTables.js";

/** What to tell of a zone that is none. */
interface ZoneAdvice {
  readonly reason: string;
  /** The one that was meant, without a doubt. */
  readonly instead?: string;
  /** One that may have been meant. */
  readonly perhaps?: string;
}

/** Names for a zone of another name that many write, and `Intl` does not list. */
const links = ["US/Eastern", "US/Central", "US/Mountain", "US/Pacific"];
const list = `node -p "Intl.supportedValuesOf('timeZone').join(' ')" lists all`;

/**
 * What is wrong with the name of a zone, and which one was meant: by its spelling, by the city alone, by a name of Windows, by a
 * large city that has no zone of its own; and which may have been, by an abbreviation or an offset.
 *
 * @returns undefined for a zone that is one
 */
export function zoneAdvice(zone: string): ZoneAdvice | undefined {
  const wrong = zoneProblem(zone);
  if (wrong === undefined) return undefined;
  const told = (mend: string) =>
    problem("time zone", quote(zone), "UTC or an IANA name such as America/New_York", mend);
  const zones = zonesMeant(zone);
  const [instead] = zones;
  if (instead !== undefined) {
    const reason = told(didYouMean(zones, ""));
    return zones.length === 1 ? { reason, instead } : { reason };
  }
  const short = entryOf(shortNames, bareName(zone));
  if (short !== undefined) {
    const why = "an abbreviation says nothing of summer time, and several countries may share it";
    return { reason: told(`${why}; it may be ${short}`), perhaps: short };
  }
  const offset = offsetZone(zone);
  if (offset !== undefined) {
    const why = `an hour's distance has no summer time; without one it is ${offset}, with the sign turned around`;
    return { reason: told(`${why}, and with one a zone as Area/City`), perhaps: offset };
  }
  const [area = ""] = zone.split("/");
  const choice = entryOf(zonesToChoose, area);
  if (zone.length > 64 || choice === undefined) return { reason: `${wrong}; ${list}` };
  const why = `no such zone is known, since few cities have one; ${area} has ${choice} and others`;
  return { reason: told(`${why}: take one whose clocks are yours; ${list}`) };
}

interface KnownZones {
  readonly zones: readonly string[];
  /** Zones by what people call them. */
  readonly byName: Readonly<Record<string, string>>;
}

/** Made when a name is first wrong, since it takes longer than the rest of a configuration. */
let known: KnownZones | undefined;

function knownZones(): KnownZones {
  const zones = ["UTC", ...links, ...Intl.supportedValuesOf("timeZone").filter(hasIanaShape)];
  const cities = zones.map((name) => [bareName(name.split("/").at(-1) ?? ""), name]);
  return { zones, byName: { ...cityZones, ...Object.fromEntries(cities) } };
}

/** Zones that a person meant by a name that is none: up to three that are equally near. */
function zonesMeant(zone: string): readonly string[] {
  known ??= knownZones();
  const { zones, byName } = known;
  const named = windowsZone(zone);
  if (named !== undefined) return [named];
  const [area = "", ...places] = zone.split("/");
  if (areas.has(area) && places.length > 0) {
    const large = entryOf(cityZones, bareName(places.join("/")));
    // A city of the same name may lie elsewhere: Manchester is in America too.
    if (large?.startsWith(`${area === "US" ? "America" : area}/`)) return [large];
    // The area is long, and would let any city pass for any other.
    const cities = zones
      .filter((name) => name.startsWith(`${area}/`))
      .map((name) => name.slice(area.length + 1));
    return nearest(places.join("/"), cities).map((city) => `${area}/${city}`);
  }
  const isShort = entryOf(shortNames, bareName(zone)) !== undefined || offsetZone(zone) !== undefined;
  return isShort ? [] : nearest(zone, zones, byName);
}

/** `W. Europe Standard Time`, or as the control panel shows it: `Pacific Time (US & Canada)`. */
function windowsZone(text: string): string | undefined {
  const [, name, country] =
    /^\s*(.{1,48}?)\s+(?:(?:standard|daylight|summer)\s+)?time(?:\s+\((.{1,24})\))?\s*$/i.exec(text) ?? [];
  if (name === undefined) return undefined;
  // Canada's clocks are those of the States; Mexico's have no summer time.
  const words = country === undefined || bareName(country) === "us&canada" ? name : `${name} ${country}`;
  return entryOf(windowsZones, bareName(words));
}

/** `UTC+2`, `GMT-5`, `+02:00`: the zones of whole hours have the sign of POSIX, which is turned around. */
function offsetZone(text: string): string | undefined {
  const [, sign, hours, minutes = "00"] =
    /^(?:utc|gmt|z)?([+-\u2212])(\d{1,2})(?::?(\d\d))?$/i.exec(text.replaceAll(/\s/g, "")) ?? [];
  if (hours === undefined) return undefined;
  const count = Number(hours);
  if (count === 0 && minutes === "00") return "UTC";
  if (minutes !== "00" || count > (sign === "+" ? 14 : 12)) return undefined;
  return `Etc/GMT${sign === "+" ? "-" : "+"}${count}`;
}

function entryOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
