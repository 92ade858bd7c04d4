import { validationError } from "#lab/aws/base/errors.js";
import { instantOf } from "../../filters.js";
import type { StepContext, StepKind } from "./kind.js";

const maxSeconds = 604_799;
const duration = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const units = [604_800, 86_400, 3600, 60, 1];

/** `aws:sleep`: waits for an ISO-8601 Duration, or until a Timestamp; one that has passed is no wait. */
export const sleep: StepKind = ({ region, inputs }, done) => {
  const { clock } = region.account;
  const until = wakeUp(inputs, clock.now);
  if (until - clock.now > maxSeconds * 1000)
    throw validationError(`aws:sleep waits at most ${maxSeconds} seconds`);
  clock.at(Math.max(until, clock.now), () => done({}));
};

function wakeUp({ Duration, Timestamp }: StepContext["inputs"], now: number): number {
  if ((Duration === undefined) === (Timestamp === undefined))
    throw validationError("aws:sleep takes a Duration or a Timestamp");
  if (Duration === undefined) return instantOf(String(Timestamp));
  const parts = duration.exec(String(Duration))?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined))
    throw validationError(`${Duration} is not an ISO-8601 duration`);
  const seconds = units.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0);
  return now + Math.round(seconds * 1000);
}
