import { AssumeRoleCommand, STSClient, type STSClientConfig } from "@aws-sdk/nested-clients/sts";
import type { OtherRole } from "../core/others.js";

type Settings = Pick<STSClientConfig, "region" | "endpoint" | "maxAttempts" | "requestHandler"> & {
  /** This client has none of its own accord, as those of the services have. */
  readonly credentials: NonNullable<STSClientConfig["credentials"]>;
};

/** As CloudTrail tells it. */
const RoleSessionName = "patchplane-fanout";

/**
 * Gives credentials in another account, which are asked for once: an invocation is shorter than a session of a role that a role
 * has taken on (one hour, IAM User Guide, "Role chaining"), and what was refused is refused in every Region.
 *
 * @param home settings of clients of the own account
 */
export function otherCredentials(home: Settings, { administrationRole, executionRole }: OtherRole) {
  let made: ReturnType<typeof assume> | undefined;
  const chain = async () =>
    assume({ ...home, credentials: await assume(home, administrationRole) }, executionRole);
  return () => {
    made ??= chain();
    return made;
  };
}

async function assume(settings: Settings, RoleArn: string) {
  const client = new STSClient(settings);
  const { Credentials: found } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = found ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw new Error(`STS gave no credentials of ${RoleArn}`);
  return { accessKeyId, secretAccessKey, sessionToken };
}
