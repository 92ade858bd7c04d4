import { deletions } from "#lab/deploy/deletions.js";
import type { Recording } from "./mocks.js";

/** What Pulumi's engine deletes before all else where everything goes, by name. */
export function firstToGo({ resources }: Recording): string[] {
  const urns = new Map(resources.map(({ name, urn }) => [name, urn]));
  const graph = new Map(
    resources.map(({ urn, parent, dependencies }) => {
      const owner = parent === undefined ? undefined : urns.get(parent);
      return [urn, owner === undefined ? dependencies : [...dependencies, owner]];
    }),
  );
  const [first = []] = deletions(resources, graph, () => false);
  return first.map(({ name }) => name);
}
