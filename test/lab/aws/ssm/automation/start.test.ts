import type { StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { day, errorCode, minute, monday, second } from "#test/lab/support.js";
import { role } from "../../apiSupport.js";
import { call, parameters, sleep, statuses, world } from "./support.js";

const token = "0a1b2c3d-0000-4000-8000-abcdefabcdef";

const output = (Selector: string) => ({ Name: "B", Selector, Type: "String" });
const callStep = (...outputs: object[]) => ({
  name: "call",
  action: "aws:executeAwsApi",
  inputs: { Service: "ssm", Api: "ListDocuments" },
  outputs,
});

function refusal(input: Partial<StartAutomationExecutionRequest>, runbook: object = {}): string {
  return errorCode(() => world(runbook).start(input));
}

const aMinute = { Duration: "PT1M" };

describe("starting an automation", () => {
  for (const [what, input, code] of [
    ["nothing of what it needs", {}, "InvalidAutomationExecutionParametersException"],
    ["what it needs", { Operation: ["Scan"] }, "none"],
    ["a value that is not allowed", { Operation: ["scan"] }, "InvalidAutomationExecutionParametersException"],
    [
      "two values where one is",
      { Operation: ["Scan", "Scan"] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["no value where one is", { Operation: [] }, "InvalidAutomationExecutionParametersException"],
    [
      "a parameter that it does not have",
      { Operation: ["Scan"], operation: ["Scan"] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["a list", { Operation: ["Scan"], Nodes: ["a", "b"] }, "none"],
    ["a number", { Operation: ["Scan"], Count: ["12"] }, "none"],
    [
      "a number that is none",
      { Operation: ["Scan"], Count: ["1.5"] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["a truth", { Operation: ["Scan"], Really: ["true"] }, "none"],
    [
      "a truth that is none",
      { Operation: ["Scan"], Really: ["yes"] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["what fits the whole pattern", { Operation: ["Scan"], Group: ["web"] }, "none"],
    [
      "what fits a part of the pattern",
      { Operation: ["Scan"], Group: ["web-1"] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["an instance", { Operation: ["Scan"], Instance: ["i-0123456789abcdef0"] }, "none"],
    [
      "no instance",
      { Operation: ["Scan"], Instance: ["mi-0123456789abcdef0"] },
      "InvalidAutomationExecutionParametersException",
    ],
  ] as [string, Record<string, string[]>, string][]) {
    it(`${code === "none" ? "takes" : "refuses"} ${what}`, () => {
      const Parameters = Object.keys(input).length === 0 ? {} : { Parameters: input };
      expect(refusal(Parameters, { parameters })).to.equal(code);
    });
  }

  for (const [what, input, code] of [
    ["a runbook", { DocumentName: "my-runbook" }, "none"],
    [
      "a runbook by its ARN",
      { DocumentName: "arn:aws:ssm:us-east-1:123456789012:document/my-runbook" },
      "none",
    ],
    ["a runbook that there is not", { DocumentName: "other" }, "AutomationDefinitionNotFoundException"],
    ["a runbook of Amazon's", { DocumentName: "AWS-RestartEC2Instance" }, "NotModelledError"],
    ["a version", { DocumentVersion: "1" }, "none"],
    ["a version that there is not", { DocumentVersion: "2" }, "AutomationDefinitionVersionNotFoundException"],
    ["the mode Auto", { Mode: "Auto" }, "none"],
    ["the mode Interactive", { Mode: "Interactive" }, "NotModelledError"],
    ["maps of targets", { TargetMaps: [{ A: ["b"] }], TargetParameterName: "A" }, "NotModelledError"],
    ["an address of locations", { TargetLocationsURL: "https://a.s3.amazonaws.com/b" }, "NotModelledError"],
    ["a concurrency without targets", { MaxConcurrency: "1" }, "NotModelledError"],
    ["errors without targets", { MaxErrors: "1" }, "NotModelledError"],
    ["five tags", { Tags: [..."abcde"].map((Key) => ({ Key, Value: "" })) }, "none"],
    ["six tags", { Tags: [..."abcdef"].map((Key) => ({ Key, Value: "" })) }, "ValidationException"],
  ] as [string, Partial<StartAutomationExecutionRequest>, string][]) {
    it(`${code === "none" ? "takes" : "refuses"} ${what}`, () => {
      expect(refusal(input)).to.equal(code);
    });
  }

  for (const [what, runbook] of [
    ["outputs of a step that has none", { outputs: ["first.Output"] }],
    ["variables", { variables: { A: { type: "String" } } }],
    ["onCancel of a step", { mainSteps: [{ ...sleep("a", aMinute), onCancel: "Abort" }] }],
    ["a way back", { mainSteps: [sleep("a", aMinute), { ...sleep("b", aMinute), nextStep: "a" }] }],
    ["a way back after a failure", { mainSteps: [{ ...sleep("a", aMinute), onFailure: "step:a" }] }],
    ["outputs of what gives none", { mainSteps: [{ ...sleep("a", aMinute), outputs: [output("$.A")] }] }],
    ["a selector of all places", { mainSteps: [callStep(output("$.A[*].B"))] }],
    ["a selector at any depth", { mainSteps: [callStep(output("$..B"))] }],
    ["a selector of a test", { mainSteps: [callStep(output("$.A[?(@.B)]"))] }],
    ["a long name", { mainSteps: [{ ...callStep(output("$.A")), name: "x".repeat(50) }] }],
    [
      "what another step gives",
      { mainSteps: [sleep("a", aMinute), sleep("b", { Duration: "{{ a.Output }}" })] },
    ],
    ["a parameter of SSM", { mainSteps: [sleep("a", { Duration: "{{ ssm:wait }}" })] }],
    ["a least number of values", { parameters: { A: { type: "String", default: "", minChars: 1 } } }],
  ] as [string, object][]) {
    it(`refuses a runbook with ${what} by name`, () => {
      expect(refusal({}, runbook)).to.equal("NotModelledError");
    });
  }

  it("gives the same execution for the same token and request, whatever the case and the order", async () => {
    const { start, clock } = world({ parameters }, { unknowns: { repeatedToken: "sameExecution" } });
    const request = { ClientToken: token, Parameters: { Operation: ["Scan"], Group: ["web"] } };
    const id = start(request);
    await clock.advanceTo(monday + day);
    expect(start({ ...request, Parameters: { Group: ["web"], Operation: ["Scan"] } })).to.equal(id);
    expect(start({ ...request, ClientToken: token.toUpperCase() })).to.equal(id);
    expect(errorCode(() => start({ ...request, Parameters: { Operation: ["Install"] } }))).to.equal(
      "IdempotentParameterMismatch",
    );
    expect(start({ ...request, ClientToken: token.replace("0a", "0b") })).to.not.equal(id);
    expect(start({ Parameters: request.Parameters })).to.not.equal(id);
  });

  it("that is refused leaves the token free", () => {
    const { start } = world({ parameters });
    expect(errorCode(() => start({ ClientToken: token }))).to.equal(
      "InvalidAutomationExecutionParametersException",
    );
    expect(start({ ClientToken: token, Parameters: { Operation: ["Scan"] } })).to.match(/^[0-9a-f-]{36}$/);
  });

  it("asks whoever starts it for the role that the runbook itself names", async () => {
    const arn = "arn:aws:iam::123456789012:role/runner";
    const { api, region } = world({
      assumeRole: "{{ Role }}",
      parameters: { Role: { type: "String", default: arn } },
    });
    const may = { Effect: "Allow", Action: "ssm:StartAutomationExecution", Resource: "*" };
    const caller = role(region, "starter", may);
    const operation = "StartAutomationExecution";
    const told = await api
      .perform({ service: "ssm", operation, input: { DocumentName: "my-runbook" }, region, caller })
      .catch((error: Error) => error.message);
    expect(told).to.contain(`not authorized to perform: iam:PassRole on resource: ${arn}`);
  });

  it("lets 100 run and 5,000 wait, and refuses one more", async () => {
    const { start, get, clock, region } = world();
    const ids = Array.from({ length: 5100 }, () => start());
    expect(errorCode(() => start())).to.equal("AutomationExecutionLimitExceededException");
    await clock.advanceTo(monday + 15 * minute - second);
    expect(statuses(get(ids[99] ?? ""))[0]).to.equal("InProgress");
    expect(statuses(get(ids[100] ?? ""))[0]).to.equal("Pending");
    await clock.advanceTo(monday + 15 * minute);
    expect(statuses(get(ids[99] ?? ""))[0]).to.equal("Success");
    expect(statuses(get(ids[100] ?? ""))[0]).to.equal("InProgress");
    expect(start()).to.be.a("string");
    // One that waits frees no place among those that run, and never does.
    call(region, "StopAutomationExecution", { AutomationExecutionId: ids[250] ?? "" });
    await clock.advanceTo(monday + 16 * minute);
    expect(statuses(get(ids[200] ?? ""))[0]).to.equal("Pending");
    await clock.advanceTo(monday + 31 * minute);
    expect(statuses(get(ids[200] ?? ""))[0]).to.equal("InProgress");
    expect(statuses(get(ids[250] ?? ""))).to.deep.equal(["Cancelled", "Pending", "Pending"]);
  });
});
