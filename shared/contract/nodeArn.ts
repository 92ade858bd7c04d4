/** The ARN of an EC2 instance or a hybrid node. */
export function nodeArn(
  {
    partition,
    accountId,
    region,
  }: { readonly partition: string; readonly accountId: string; readonly region: string },
  id: string,
): string {
  const [service, type] = id.startsWith("mi-") ? ["ssm", "managed-instance"] : ["ec2", "instance"];
  return `arn:${partition}:${service}:${region}:${accountId}:${type}/${id}`;
}
