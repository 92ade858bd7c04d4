import { DescribeInstancesCommand, type EC2Client, type Filter } from "@aws-sdk/client-ec2";
import type { Instance, TagMap } from "./model.js";
import { listOf, type Patience } from "./paging.js";

/** Most instances of a page (API DescribeInstances). */
const perPage = 1000;

/** EC2's instances that pass some filters and are not terminated. */
export function instancesOf(client: EC2Client, Filters: Filter[], patience: Patience): Promise<Instance[]> {
  const filters = Filters.length === 0 ? {} : { Filters };
  return listOf(
    (NextToken) => client.send(new DescribeInstancesCommand({ MaxResults: perPage, NextToken, ...filters })),
    ({ Reservations = [] }) =>
      Reservations.flatMap(({ Instances = [] }) =>
        Instances.flatMap(({ InstanceId: id = "", State, Tags, IamInstanceProfile }) =>
          State?.Name === "terminated" || State?.Name === "shutting-down"
            ? []
            : [{ id, state: State?.Name ?? "", tags: tagMap(Tags), profile: IamInstanceProfile?.Arn }],
        ),
      ),
    patience,
  );
}

/** Tags as AWS's APIs list them. */
export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): TagMap {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
