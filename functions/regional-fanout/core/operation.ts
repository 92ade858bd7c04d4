import { valueAt } from "#shared/text/paths.js";
import { PayloadError } from "./payload.js";

/**
 * Refuses to install by the groups of a stack that scans: they have the nodes that exclusions hold.
 *
 * @param deployed the operation that the stack was deployed with
 * @throws PayloadError
 */
export function refuseInstallOfScans(event: unknown, deployed: string): void {
  const asked = [valueAt(event, ["Document", "Parameters", "Operation"])].flat();
  if (deployed === "Install" || !asked.includes("Install")) return;
  const fix = "Its groups have the nodes that exclusions hold: set fanoutOperation to Install and deploy.";
  throw new PayloadError([
    { path: "Document.Parameters.Operation", got: '"Install"', allowed: "Scan in a stack that scans", fix },
  ]);
}
