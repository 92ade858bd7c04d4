import { expect } from "chai";
import { Api } from "#lab/endpoint/dispatch.js";
import { account, errorCode, nodes } from "../support.js";

const { account: world, region } = account(nodes(2));
const api = new Api(world);
const call = (operation: string, input: object, service = "ssm") =>
  api.perform({ service, operation, input, region, caller: world.iam.owner }) as Promise<
    Record<string, string>
  >;
const codeOf = (operation: string, input: object, service?: string) =>
  call(operation, input, service).then(
    () => "none",
    (error: unknown) =>
      errorCode(() => {
        throw error;
      }),
  );

const window = {
  ...{ Name: "probe", Schedule: "rate(7 days)", Duration: 2, Cutoff: 1, AllowUnassociatedTargets: false },
};
const wrongTags = [
  [{ Key: "aws:x", Value: "y" }],
  ["1", "2"].map((Value) => ({ Key: "x", Value })),
  Array.from({ length: 51 }, (_, number) => ({ Key: `k${number}`, Value: "y" })),
];
const baseline = (Key = "CLASSIFICATION", value = "Security", when: object = { ApproveAfterDays: 1 }) => ({
  ...{ Name: "probe", OperatingSystem: "AMAZON_LINUX_2023" },
  ApprovalRules: {
    PatchRules: [{ PatchFilterGroup: { PatchFilters: [{ Key, Values: [value] }] }, ...when }],
  },
});
const NotificationConfig = {
  ...{ NotificationArn: "arn:aws:sns:us-east-1:123456789012:topic", NotificationType: "Command" },
  NotificationEvents: ["Failed"],
};
const noRole = "arn:aws:iam::123456789012:role/none";
const scan = { Parameters: { Operation: ["Scan"] } };
const command = (parameters: object = scan.Parameters, more: object = {}) => ({
  ...{ DocumentName: "AWS-RunPatchBaseline", Parameters: parameters },
  ...{ Targets: [{ Key: "tag:a", Values: ["b"] }], ...more },
});
const runbook = (action: string, inputs: object) => ({
  ...{ Name: "probe-runbook", DocumentType: "Automation" },
  Content: JSON.stringify({
    ...{ schemaVersion: "0.3", assumeRole: "{{ Role }}", parameters: { Role: { type: "String" } } },
    mainSteps: [{ name: "a", action, inputs }],
  }),
});

/** What the lab took once, and AWS does not: by the texts of its model, its guides, or an error that somebody was told. */
const refused: readonly (readonly [what: string, operation: string, input: object, code: string])[] = [
  ...wrongTags.map((Tags) => {
    return ["tags", "CreateMaintenanceWindow", { ...window, Tags }, "ValidationException"] as const;
  }),
  ["a tag", "CreatePatchBaseline", { ...baseline(), Tags: wrongTags[0] }, "ValidationException"],
  // "Invalid Filter Value: All for Key: PRODUCT, valid values are: ..." (hashicorp/terraform-provider-aws#18359)
  ["no product", "CreatePatchBaseline", baseline("PRODUCT", "All"), "ValidationException"],
  ["another's product", "CreatePatchBaseline", baseline("PRODUCT", "Ubuntu22.04"), "ValidationException"],
  ["another case", "CreatePatchBaseline", baseline("CLASSIFICATION", "security"), "ValidationException"],
  ["another's severity", "CreatePatchBaseline", baseline("SEVERITY", "Moderate"), "ValidationException"],
  [
    ...(["no day", "CreatePatchBaseline"] as const),
    ...([baseline(undefined, undefined, { ApproveUntilDate: "2026-02-30" }), "ValidationException"] as const),
  ],
  // SendCommand, InvalidParameters: "the parameters for the document are invalid"; each of this one's is a String.
  ["two values", "SendCommand", command({ Operation: ["Scan", "Install"] }), "InvalidParameters"],
  // SendCommand, InvalidRole: "an IAM role for notifications that includes the required trust policy"
  ["no role", "SendCommand", command(undefined, { NotificationConfig }), "InvalidRole"],
  [
    ...(["a role that there is not", "SendCommand"] as const),
    ...([command(undefined, { NotificationConfig, ServiceRoleArn: noRole }), "InvalidRole"] as const),
  ],
  // Automation actions reference: required inputs
  ["a sleep without end", "CreateDocument", runbook("aws:sleep", { Foo: "PT1M" }), "InvalidDocumentContent"],
  ["no document", "CreateDocument", runbook("aws:runCommand", { Targets: [] }), "InvalidDocumentContent"],
  ["no API", "CreateDocument", runbook("aws:executeAwsApi", { Service: "s3" }), "InvalidDocumentContent"],
];

describe("requests that the lab took, and AWS refuses", () => {
  for (const [what, operation, input, code] of refused) {
    it(`${operation}: ${what}, ${code}`, async () => {
      expect(await codeOf(operation, input)).to.equal(code);
    });
  }

  it("StartAutomationExecution: a role that Automation cannot take on (miztiik/AWS-Demos#12)", async () => {
    expect(await codeOf("CreateDocument", runbook("aws:sleep", { Duration: "PT1M" }))).to.equal("none");
    const start = { DocumentName: "probe-runbook", Parameters: { Role: [noRole] } };
    expect(await codeOf("StartAutomationExecution", start)).to.equal(
      "InvalidAutomationExecutionParametersException",
    );
  });

  it("a page's token with another list's request", async () => {
    const first = await call("DescribePatchBaselines", { MaxResults: 1 });
    const next = { MaxResults: 2, NextToken: first.NextToken };
    expect(await codeOf("DescribePatchBaselines", next)).to.equal("none");
    const Filters = [{ Key: "OWNER", Values: ["AWS"] }];
    expect(await codeOf("DescribePatchBaselines", { ...next, Filters })).to.equal("InvalidNextToken");
    expect(await codeOf("DescribePatchGroups", { NextToken: first.NextToken })).to.equal("InvalidNextToken");
  });
});
