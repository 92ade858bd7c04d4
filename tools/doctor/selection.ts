import type { Criterion, NodeFacts } from "./facts.js";

/** Whether a target selects a node: all its criteria, by one of the values each; undefined where only AWS knows. */
export function selects(criteria: readonly Criterion[], { id, tags }: NodeFacts): boolean | undefined {
  if (criteria.length === 0) return false;
  const answers = criteria.map(({ key, values }): boolean | undefined => {
    if (key === "InstanceIds" || key === "WindowTargetIds")
      return values.includes("*") || values.includes(id);
    if (key === "tag-key") return values.every((one) => Object.hasOwn(tags, one));
    if (!key.startsWith("tag:")) return undefined;
    const name = key.slice("tag:".length);
    return Object.hasOwn(tags, name) && values.includes(tags[name] ?? "");
  });
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/** Criteria as a person writes them. */
export function criteriaText(criteria: readonly Criterion[]): string {
  return criteria.map(({ key, values }) => `${key}=${values.join(",")}`).join(" ");
}

/** The same criteria, in whatever order. */
export function sameCriteria(a: readonly Criterion[], b: readonly Criterion[]): boolean {
  const text = (criteria: readonly Criterion[]) =>
    criteria
      .map(({ key, values }) => `${key}=${[...values].sort().join("|")}`)
      .sort()
      .join("&");
  return text(a) === text(b);
}
