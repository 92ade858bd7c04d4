import { modelOf, namedAs, requestShape, serviceNames, shapeOf } from "#lab/aws/model/model.js";

/** Options of the CLI itself. */
const global = [
  "query",
  "output",
  "region",
  "endpoint-url",
  "profile",
  "no-cli-pager",
  "max-items",
  "page-size",
];
/** Operations of AWS that the lab has no model of, with their options (AWS CLI reference). */
const others: Readonly<Record<string, readonly string[]>> = {
  "cloudwatch describe-alarms": ["state-value", "alarm-name-prefix", "alarm-types"],
  "iam attach-role-policy": ["role-name", "policy-arn"],
  "iam create-policy": ["policy-name", "policy-document"],
  "iam list-attached-role-policies": ["role-name"],
  "lambda get-account-settings": [],
  "s3api delete-bucket": ["bucket"],
  "ssm create-activation": ["iam-role", "registration-limit", "default-instance-name", "tags"],
  "ssm-quicksetup list-configuration-managers": [],
  "sns list-subscriptions-by-topic": ["topic-arn"],
  "sqs receive-message": ["queue-url", "max-number-of-messages", "visibility-timeout"],
  "account enable-region": ["region-name"],
  "ec2 create-tags": ["resources", "tags"],
  "ec2 describe-volumes": [],
  "ec2 start-instances": ["instance-ids"],
  "iam add-role-to-instance-profile": ["instance-profile-name", "role-name"],
  "logs tail": ["since"],
  "service-quotas list-service-quotas": ["service-code"],
  "ssm delete-association": ["association-id"],
};
/** Options that the CLI calls otherwise than the API (AWS CLI reference). */
const renamed: Readonly<Record<string, readonly string[]>> = { "sns subscribe": ["notification-endpoint"] };
/** The CLI's own commands over S3 (AWS CLI reference, s3). */
const copies: Readonly<Record<string, number>> = { cp: 2, mv: 2, ls: 1, rm: 1 };

const kebab = (member: string) =>
  member
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
const pascal = (word: string) => word.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

function modelled(service: string, name: string) {
  const known = service === "s3api" ? "s3" : service;
  const lab = namedAs(known) ?? serviceNames.find((one) => one === known);
  const model = lab ?? (["cloudwatch", "events", "iam", "kms", "sqs"] as const).find((one) => one === known);
  if (model === undefined) return undefined;
  try {
    return shapeOf(modelOf(model), requestShape(modelOf(model), pascal(name)));
  } catch {
    return undefined;
  }
}

/** What is wrong with a line of the AWS CLI, by the models of AWS's APIs; undefined when nothing is. */
export function awsProblem(words: readonly string[]): string | undefined {
  const [, service = "", name = "", ...rest] = words;
  const options = rest
    .filter((word) => word.startsWith("--"))
    .map((word) => word.slice(2).replace(/=.*/, ""));
  const own = options.filter((option) => !global.includes(option));
  if (service === "s3") {
    const places = copies[name];
    if (places === undefined) return `no command s3 ${name}`;
    const given = rest.filter((word) => !word.startsWith("--")).length;
    return given === places ? undefined : `s3 ${name} takes ${places} places, got ${given}`;
  }
  const shape = modelled(service, name);
  if (shape === undefined) {
    const known = others[`${service} ${name}`];
    if (known === undefined) return `nobody knows ${service} ${name}`;
    const strange = own.filter((option) => !known.includes(option));
    return strange.length === 0 ? undefined : `${service} ${name} has no ${strange.join(", ")}`;
  }
  const members = [...Object.keys(shape.members ?? {}).map(kebab), ...(renamed[`${service} ${name}`] ?? [])];
  const strange = own.filter((option) => !members.includes(option.replace(/^no-/, "")));
  if (strange.length > 0) return `${service} ${name} has no --${strange.join(", --")}`;
  const missing = (shape.required ?? []).map(kebab).filter((option) => !options.includes(option));
  return missing.length === 0 ? undefined : `${service} ${name} needs --${missing.join(", --")}`;
}
