import { countText, instantText, toMs } from "#shared/text/format.js";

/** That something could not be read in some Regions. */
export function unreadText(what: string, regions: readonly string[]): string {
  return `${what} could not be read in ${regions.join(", ")}`;
}

/** When a window opens next. */
export function openingText(isEnabled: boolean, next: string | null): string {
  if (!isEnabled) return "disabled";
  return next === null ? "does not open any more" : instantText(toMs(next));
}

/** How many patches stand in a list; that there is none only where all that could be in it was read. */
export function judgedText(patches: number, unread: readonly string[], unjudged: number): string {
  const rest =
    unread.length > 0 ? `in ${unread.join(", ")}` : unjudged > 0 ? `of ${countText(unjudged, "node")}` : "";
  if (rest === "") return patches === 0 ? "none" : countText(patches, "patch", "patches");
  const known = patches === 0 ? "" : `${countText(patches, "patch", "patches")}; `;
  return `${known}not all could be read ${rest}`;
}
