import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { ringsOf } from "../fanout/deployment.js";

/**
 * A stack with rings has a window for each in the place of the central one.
 *
 * @param variables of the function that windows call
 * @throws Error where it has rings: that no window selects their nodes is not known then
 */
export function noCentral(variables: Readonly<Record<string, string>>, prefix: string): void {
  const groups = (variables[fanoutVariables.ownGroups] ?? "").split(",");
  const rings = ringsOf(groups, prefix);
  if (rings.length === 0) return;
  throw new Error(
    `it is one for each ring (${rings.join(", ")}), and which nodes these select is not looked at; npm run fanout -- rings tells of their runs`,
  );
}
