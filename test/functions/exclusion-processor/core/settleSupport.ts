import type { NodeState } from "#functions/exclusion-processor/core/model.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { memoryKey, parseMemory, type RegionMemory } from "#shared/contract/regionMemory.js";
import type { MemoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { word } from "./planSupport.js";
import { readsOf } from "./reads.js";
import { east, node, region, World } from "./support.js";

export const minute = 60_000;
/** The two tags of a node of web on which openssl is excluded. */
export const excluded = [`web.${word}`, "web"];

/** Ports whose tagging index still shows what it showed then. */
export function showing(then: readonly NodeState[]) {
  return (ports: MemoryPorts): Ports => ({
    ...ports,
    region: (name, deployed) => {
      const access = ports.region(name, deployed);
      const marked = then.filter(({ tags }) => tags["patchplane:base-group"] !== undefined);
      return {
        ...readsOf(access),
        read: async (keys) => ({ ...(await access.read(keys)), nodes: then }),
        readTraces: async () => ({ ...(await access.readTraces()), nodes: marked }),
        apply: (step) => access.apply(step),
      };
    },
  });
}

export function memoryOf(world: World): RegionMemory {
  const memory = parseMemory(world.bucket.text(memoryKey(east)) ?? "");
  if (memory === undefined) throw new Error("nothing is kept of the Region");
  return memory;
}

export const seen = (world: World) => [...world.region().nodes.values()];
export const said = (world: World, name = "a") => {
  const { verdict, message } = world.status(name);
  return [verdict, ...message];
};

export function dev(...ids: string[]): World {
  return new World([region((ids.length === 0 ? ["i-1", "i-2"] : ids).map((id) => node(id)))]);
}
