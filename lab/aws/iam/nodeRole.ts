import type { Iam } from "./iam.js";

/** Role and instance profile of every EC2 instance of a fleet. */
export const nodeRoleName = "lab-nodes";

const corePolicy = "AmazonSSMManagedInstanceCore";
/** What AWS's policy of that name allows (managed policy reference, AmazonSSMManagedInstanceCore). */
const coreActions = [
  ...["DescribeAssociation", "DescribeDocument", "GetDeployablePatchSnapshotForInstance", "GetDocument"],
  ...["GetManifest", "GetParameter", "GetParameters", "ListAssociations", "ListInstanceAssociations"],
  ...["PutComplianceItems", "PutConfigurePackageResult", "PutInventory", "UpdateAssociationStatus"],
  ...["UpdateInstanceAssociationStatus", "UpdateInstanceInformation"],
].map((name) => `ssm:${name}`);
const channelActions = ["ssmmessages", "ec2messages"].map((service) => `${service}:*`);

/** Makes the role of instances, with AWS's own policy for managed nodes, as whoever set up the fleet has. */
export function makeNodeRole(iam: Iam, partition: string): void {
  const PolicyArn = `arn:${partition}:iam::aws:policy/${corePolicy}`;
  const allow = { Effect: "Allow", Action: [...coreActions, ...channelActions], Resource: "*" };
  iam.putManagedPolicy(PolicyArn, JSON.stringify({ Version: "2012-10-17", Statement: [allow] }));
  const trust = {
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  iam.createRole({
    RoleName: nodeRoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
  iam.attachRolePolicy({ RoleName: nodeRoleName, PolicyArn });
}
