import { operatingSystemOf } from "#functions/exclusion-processor/aws/platform.js";
import { isHybrid } from "../../account/ids.js";
import type { ManagedNode, NodePatchState, RegionReading, TagMap } from "../../account/model.js";

/** A node of a Region, put together from all that knows of it. */
export interface SeenNode {
  readonly id: string;
  readonly region: string;
  readonly tags: TagMap;
  /**
   * - `managed`: SSM knows it, and says whether it is heard
   * - `stopped`: it is not running
   * - `no agent`: it runs, and SSM does not know it
   * - `unlisted`: SSM does not list it, and nobody says whether it runs
   * - `unseen`: SSM could not be asked
   */
  readonly presence: "managed" | "stopped" | "no agent" | "unlisted" | "unseen";
  readonly managed: ManagedNode | undefined;
  /** SSM's operating system; undefined where nobody tells. */
  readonly operatingSystem: string | undefined;
  readonly state: NodePatchState | undefined;
}

/** Every node of a Region, each once, by id: instances of EC2, nodes of SSM, and hybrid nodes that only tags know. */
export function seenNodes(reading: RegionReading): SeenNode[] {
  const { instances, managed, tags, states, region } = reading;
  const byEc2 = new Map(instances.ok ? instances.value.map((one) => [one.id, one]) : []);
  const bySsm = new Map(managed.ok ? managed.value.map((one) => [one.id, one]) : []);
  const byTag = tags.ok ? tags.value : new Map<string, TagMap>();
  // Tags linger for an hour on what is gone: an instance that EC2 could be asked for and does not have is none.
  const tagged = [...byTag.keys()].filter((id) => isHybrid(id) || !instances.ok);
  const ids = [...new Set([...byEc2.keys(), ...bySsm.keys(), ...tagged])].sort();
  return ids.map((id): SeenNode => {
    const [instance, node] = [byEc2.get(id), bySsm.get(id)];
    return {
      id,
      region,
      tags: instance?.tags ?? byTag.get(id) ?? {},
      presence: presenceOf(reading, node !== undefined, instance?.state),
      managed: node,
      operatingSystem: operatingSystemOf(node?.platformName, node?.platformVersion),
      state: states.ok ? states.value.get(id) : undefined,
    };
  });
}

function presenceOf(
  { managed }: RegionReading,
  isManaged: boolean,
  state: string | undefined,
): SeenNode["presence"] {
  if (isManaged) return "managed";
  if (state !== undefined && state !== "running" && state !== "pending") return "stopped";
  if (!managed.ok) return "unseen";
  return state === undefined ? "unlisted" : "no agent";
}
