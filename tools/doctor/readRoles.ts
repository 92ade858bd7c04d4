import type { AskedRole, Facts, RegionFacts, RoleFacts, WindowFacts } from "./facts.js";
import { look } from "./look.js";
import { nodeNeeds, type Place, windowNeeds } from "./needs.js";
import type { DoctorPorts } from "./ports.js";

/** The roles of windows, of functions and of nodes: who may take each on, and what it may do. */
export async function readRoles(
  ports: DoctorPorts,
  windows: readonly WindowFacts[],
  regions: readonly RegionFacts[],
  ofFunctions: readonly AskedRole[],
  place: Place,
): Promise<Pick<Facts, "roles" | "profiles">> {
  const asked = windows.flatMap((window) =>
    [...windowNeeds(window, place)].map(([arn, needs]) => ({
      ...{ arn, needs, usedBy: `window ${window.name}`, service: "ssm.amazonaws.com" },
    })),
  );
  const nodes = regions.flatMap(({ nodes: some }) => (some.ok ? some.value : []));
  const arns = [...new Set(nodes.flatMap(({ profile }) => profile ?? []))];
  const profiles = Object.fromEntries(
    await Promise.all(
      arns.map(async (arn) => [arn, await look(ports.profileRole(arn.replace(/^.*\//, "")))] as const),
    ),
  );
  const needs = nodeNeeds(windows, place);
  const ofNodes = new Set(
    Object.values(profiles).flatMap((role) => (role.ok && role.value !== undefined ? [role.value] : [])),
  );
  const all = [
    ...asked,
    ...ofFunctions,
    ...[...ofNodes].map((arn) => ({ arn, needs, usedBy: "nodes", service: "ec2.amazonaws.com" })),
  ];
  return { roles: await Promise.all(all.map((role) => readRole(ports, role))), profiles };
}

async function readRole(ports: DoctorPorts, { arn, needs, usedBy, service }: AskedRole): Promise<RoleFacts> {
  const trust = await look(ports.trust(arn.replace(/^.*\//, "")));
  const isThere = trust.ok && trust.value !== undefined;
  const decisions = isThere ? await look(ports.simulate(arn, needs)) : undefined;
  return {
    ...{ arn, usedBy, service, trust },
    needs:
      decisions === undefined
        ? []
        : needs.map((need, index) => ({
            ...need,
            decision: decisions.ok ? { ok: true, value: decisions.value[index] ?? "nothing" } : decisions,
          })),
  };
}
