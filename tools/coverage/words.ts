import { countText } from "#shared/text/format.js";

/** That something could not be read in some Regions. */
export function unreadText(what: string, regions: readonly string[]): string {
  return `${what} could not be read in ${regions.join(", ")}`;
}

/** How many patches stand in a list; that there is none only where all that could be in it was read. */
export function judgedText(patches: number, unread: readonly string[], unjudged: number): string {
  const rest =
    unread.length > 0 ? `in ${unread.join(", ")}` : unjudged > 0 ? `of ${countText(unjudged, "node")}` : "";
  if (rest === "") return patches === 0 ? "none" : countText(patches, "patch", "patches");
  const known = patches === 0 ? "" : `${countText(patches, "patch", "patches")}; `;
  return `${known}not all could be read ${rest}`;
}
