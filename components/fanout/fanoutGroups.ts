import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../common/problems.js";
import {
  baseCriteria,
  type CompleteTargets,
  type Criterion,
  excludedCriteria,
  tagPath,
} from "../windows/patchTargets.js";
import type { PatchOperation } from "../windows/windowArguments.js";
import { fanoutGroupNames } from "./fanoutNames.js";

/** Characters of a query (API: ResourceQuery.Query). */
const maxQueryLength = 4096;
/** Values of a tag in a query, as in GetResources of the tagging API. */
const maxTagValues = 20;

/** The nodes that a fan-out reaches: those of the base patch groups, and those that an exclusion has moved. */
function criteria(
  targets: CompleteTargets,
  operation: PatchOperation["operation"],
): readonly [base: Criterion[], excluded: Criterion[]] {
  return [baseCriteria(targets), excludedCriteria(targets, operation)];
}

function query(criteria: readonly Criterion[]): string {
  return JSON.stringify({
    ResourceTypeFilters: ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"],
    TagFilters: criteria.map(({ key, values }) => ({ Key: key.replace(/^tag:/, ""), Values: values })),
  });
}

/** What is wrong with targets that do not fit into the query of a resource group. */
export function groupProblems(
  operation: PatchOperation["operation"],
): (targets: CompleteTargets) => Problem[] {
  return (targets) => {
    const problems: Problem[] = [];
    const groups = criteria(targets, operation);
    const length = Math.max(...groups.map((one) => query(one).length));
    if (length > maxQueryLength) {
      const reason = `takes ${length} characters with the tags as the query of a resource group, which may have ${maxQueryLength}. Use fewer or shorter names.`;
      problems.push({ propertyPath: "targets.patchGroups", reason });
    }
    const values = excludedCriteria(targets, operation)[0]?.values.length ?? 0;
    if (values > maxTagValues) {
      const most = operation === "Scan" ? maxTagValues / 2 : maxTagValues;
      const reason = `got ${targets.patchGroups.length} patch groups; a fan-out with the operation ${operation} takes up to ${most}, since a resource group takes ${maxTagValues} values of a tag. Make two stacks of them.`;
      problems.push({ propertyPath: "targets.patchGroups", reason });
    }
    for (const [key, given] of Object.entries(targets.tags)) {
      if (given.length <= maxTagValues) continue;
      const reason = `got ${given.length} values; a fan-out takes up to ${maxTagValues}, since a resource group takes no more of a tag.`;
      problems.push({ propertyPath: `targets.tags${tagPath(key)}`, reason });
    }
    return problems;
  };
}

/** The two groups in a Region. Only the program writes them: nodes move between them by tag. */
export function fanoutGroups(
  parent: pulumi.ComponentResource,
  name: string,
  region: string,
  args: {
    namePrefix: string;
    targets: CompleteTargets;
    operation: PatchOperation["operation"];
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  },
): aws.resourcegroups.Group[] {
  const names = fanoutGroupNames(args.namePrefix);
  return criteria(args.targets, args.operation).map(
    (one, index) =>
      new aws.resourcegroups.Group(
        `${name}-${index === 0 ? "base" : "excluded"}-group-${region}`,
        {
          region,
          name: names[index === 0 ? 0 : 1],
          description: `patchplane - ${index === 0 ? "nodes of the base patch groups" : "nodes that an exclusion has moved"}`,
          resourceQuery: { type: "TAG_FILTERS_1_0", query: query(one) },
          ...(args.tags === undefined ? {} : { tags: args.tags }),
        },
        { parent },
      ),
  );
}
