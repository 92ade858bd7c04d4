import { covers } from "../aws/iam/wildcard.js";
import { hashUnit } from "../random.js";
import { type CallFault, type Faults, type FaultyCall, noFaults } from "./faults.js";
import { type FaultsInput, faultsSchema } from "./schema.js";

/**
 * The faults of a description. Each decision is a hash of the seed, of what is asked about and of how often that was
 * asked about before: it does not depend on what else goes on, nor on real time.
 *
 * @throws ZodError for what is no description
 */
export function seededFaults(input: FaultsInput, seed: number): Faults {
  const description = faultsSchema.parse(input);
  const counts = new Map<string, number>();
  const unit = (...about: readonly (string | number)[]): number => {
    const key = about.join("|");
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    return hashUnit(seed, ...about, before);
  };

  const onCall = (call: FaultyCall): CallFault | undefined => {
    if (description.regionsDown.some((one) => one.region === call.region && isWithin(one, call.time)))
      return { kind: "regionDown" };
    const name = `${call.service}:${call.operation}`;
    const found = description.calls.find(
      (one, index) =>
        one.operations.some((pattern) => covers(pattern.toLowerCase(), name.toLowerCase())) &&
        (one.regions?.includes(call.region) ?? true) &&
        isWithin(one, call.time) &&
        unit("call", index, name, call.region) < one.share,
    );
    return found === undefined ? undefined : { kind: found.kind };
  };

  const onDelivery: Faults["onDelivery"] = (event) => {
    const { events } = description;
    const isMeant = events?.functions?.some((pattern) => covers(pattern, event.functionName)) ?? true;
    if (events === undefined || !isMeant) return noFaults.onDelivery(event);
    const [least, most] = events.delaySeconds;
    const times = unit("duplicate", event.functionName) < events.duplicateShare ? 2 : 1;
    return Array.from({ length: times }, () =>
      Math.round(1000 * (least + (most - least) * unit("delay", event.functionName))),
    );
  };

  const killAfter: Faults["killAfter"] = ({ functionName, number }) =>
    description.kills.find(
      ({ function: pattern, invocation, every = Number.POSITIVE_INFINITY }) =>
        covers(pattern, functionName) && (number === invocation || number % every === 0),
    )?.afterCalls;

  return { onCall, onDelivery, killAfter };
}

function isWithin({ from, to }: { readonly from?: string; readonly to?: string }, time: number): boolean {
  return !(time < Date.parse(from ?? "") || time >= Date.parse(to ?? ""));
}
