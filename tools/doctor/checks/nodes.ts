import type { Facts, NodeFacts, RegionFacts } from "../facts.js";
import { broken, type Finding, known, named, unseen } from "../finding.js";

/** Nodes: there are any, and SSM reaches them. */
export function nodeFindings(facts: Facts): Finding[] {
  const total = facts.regions.reduce((sum, { nodes }) => sum + (nodes.ok ? nodes.value.length : 0), 0);
  const isSeen = facts.regions.every(({ nodes }) => nodes.ok);
  const tags = facts.windows.flatMap(({ expected }) => expected.targets[0] ?? [])[0]?.key ?? "";
  return [
    ...(isSeen && total === 0
      ? [
          broken(
            "no-nodes",
            facts.homeRegion,
            "no node has the tags that put it under patching",
            "every window opens, and does nothing",
            `aws ec2 create-tags --region ${facts.homeRegion} --resources ID --tags Key=${tags.replace("tag:", "")},Value=GROUP, and the stack's targetTags`,
          ),
        ]
      : []),
    ...facts.regions.flatMap(ofRegion),
  ];
}

function ofRegion({ name: where, nodes }: RegionFacts): Finding[] {
  if (!nodes.ok) return [unseen(where, "nodes", nodes.error)];
  const { value: all } = nodes;
  const stopped = all.filter(({ state }) => state === "stopped" || state === "stopping");
  const running = all.filter((node) => !stopped.includes(node));
  const strange = running.filter(({ ping }) => ping === undefined);
  const lost = running.filter(({ ping }) => ping !== undefined && ping !== "Online");
  const ids = (list: readonly NodeFacts[]) => named(list.map(({ id }) => id));
  return [
    ...(strange.length === 0
      ? []
      : [
          broken(
            "node-unmanaged",
            where,
            `SSM does not know ${ids(strange)}: no agent, or no rights to register`,
            "a window passes over them, and nobody is told",
            "install SSM Agent, and attach AmazonSSMManagedInstanceCore to the role of the instance profile",
          ),
        ]),
    ...(lost.length === 0
      ? []
      : [
          broken(
            "node-lost",
            where,
            `SSM has lost ${ids(lost)}`,
            "a window does not reach them",
            "start SSM Agent there, and let it reach the endpoints of ssm, ssmmessages and ec2messages",
          ),
        ]),
    ...(stopped.length === 0
      ? []
      : [
          known(
            "node-stopped",
            where,
            `${ids(stopped)} ${stopped.length === 1 ? "does" : "do"} not run`,
            "a window patches nothing that does not run",
            `aws ec2 start-instances --region ${where} --instance-ids ${stopped
              .map(({ id }) => id)
              .slice(0, 10)
              .join(" ")}`,
          ),
        ]),
  ];
}
