import type { AssumeRoleRequest } from "@aws-sdk/nested-clients/sts";
import { AwsError, refuseOthers, validationError } from "../../aws/base/errors.js";
import { hash32 } from "../../random.js";
import type { ApiContext, Handlers } from "../operation.js";

/** Of a session of a role that a role has taken on, the only ones that the lab has (API reference, AssumeRole). */
const mostSeconds = 3600;

/** The Security Token Service. */
export const stsHandlers = {
  GetCallerIdentity: (_input: object, { region: { account }, identity }: ApiContext) => {
    if (identity === undefined) throw new Error("nobody has signed the call");
    return { UserId: identity.userId, Account: account.id, Arn: identity.arn };
  },
  AssumeRole: (input: AssumeRoleRequest, { region, caller, identity }: ApiContext) => {
    refuseOthers("AssumeRole", input, ["DurationSeconds", "RoleArn", "RoleSessionName"]);
    const { RoleArn = "", RoleSessionName: session = "", DurationSeconds = mostSeconds } = input;
    if (DurationSeconds > mostSeconds)
      throw validationError(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      );
    const owner = region.account.account(RoleArn.split(":")[4] ?? "");
    const { iam, credentials, clock, partition, id } = owner ?? region.account;
    try {
      iam.assumeAs(caller, RoleArn);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError("AccessDenied", error.message, 403);
    }
    const expiresAt = clock.now + DurationSeconds * 1000;
    const Arn = `arn:${partition}:sts::${id}:assumed-role/${RoleArn.replace(/^.*\//, "")}/${session}`;
    const userId = `AROALAB${hash32(RoleArn).toString(16).toUpperCase().padStart(14, "0")}:${session}`;
    const key = credentials.issue("ASIA", {
      ...{ arn: Arn, userId, expiresAt },
      caller: () => iam.session(RoleArn),
      ...(identity?.onCall === undefined ? {} : { onCall: identity.onCall }),
    });
    return {
      Credentials: {
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        SessionToken: key.sessionToken,
        Expiration: new Date(expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: userId, Arn },
    };
  },
} as const satisfies Handlers;
