import { countText } from "#shared/text/format.js";
import type { Summary } from "./summary.js";

type Deployment = Summary["deployments"][number];

/** `6 created, 13 updated`, or that nothing was to be done. */
export function deploymentText(deployment: Deployment): string {
  const words = ["created", "updated", "replaced", "deleted", "kept"] as const;
  const counts = words.filter((word) => deployment[word] > 0).map((word) => `${deployment[word]} ${word}`);
  const done = counts.length === 0 ? "nothing changed" : counts.join(", ");
  return deployment.failure === null ? done : `stopped; until then ${done}`;
}

/** What a deployment stopped at, and why. */
export function failureText({
  operation,
  type,
  name,
  region,
  reason,
}: NonNullable<Deployment["failure"]>): string {
  return `stopped at ${type} ${name} (${operation}, ${region}): ${reason}`;
}

/** `2 of aws:ssm/patchGroup:PatchGroup` by operation and type, in the order in which they came first. */
export function changesText({ steps }: Deployment): string[] {
  const counts = new Map<string, number>();
  for (const { operation, type } of steps) {
    const key = `${operation} ${type}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key}: ${countText(count, "resource")}`);
}
