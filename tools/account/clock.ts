import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { stableText } from "#functions/shared/errors.js";
import { accountSettings } from "./awsRegion.js";

/** Tells what time it is in an account, in epoch milliseconds. @param say told where that is a guess */
export type AccountClock = (region: string, say: (line: string) => void) => Promise<() => number>;

/**
 * The time that AWS's answers carry: a machine's clock may be wrong, and an account in the lab has a time of its own. They tell it
 * by the second. Where AWS gives no answer it is this machine's time, which is said.
 */
export const accountClock: AccountClock = async (region, say) => {
  const sts = new STSClient({ ...accountSettings, maxAttempts: 2, region });
  try {
    await sts.send(new GetCallerIdentityCommand({}));
  } catch (error) {
    say(`AWS's time cannot be read in ${region}, so this machine's counts: ${stableText(error)}.`);
  }
  return () => Date.now() + sts.config.systemClockOffset;
};
