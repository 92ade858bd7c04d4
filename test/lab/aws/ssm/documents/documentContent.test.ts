import type { CreateDocumentRequest } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { errorCode } from "#test/lab/support.js";
import { automation, calendar, command, runbook, step, world } from "./documentSupport.js";

const refusal = (input: Partial<CreateDocumentRequest>) => errorCode(() => world().create(input));
/** What a runbook of a number of bytes says of itself. */
const long = (bytes: number) => {
  const empty = JSON.stringify(runbook({ description: "" })).length;
  return automation(runbook({ description: "x".repeat(bytes - empty) }));
};

const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: "" }));

/** A runbook that begins with a branch. */
const branching = (choice: object) =>
  runbook({ mainSteps: [{ name: "choose", action: "aws:branch", inputs: { Choices: [choice] } }, step] });

describe("the content of documents", () => {
  for (const [what, input, code] of [
    ["a runbook", {}, "none"],
    ["a name that begins as AWS's do", { Name: "aws-mine" }, "ValidationException"],
    ["a name that begins as Amazon's do", { Name: "AmazonMine" }, "ValidationException"],
    ["a name with amzn in it", { Name: "my-amzn" }, "none"],
    ["64 KB", long(65_536), "none"],
    ["a byte more", long(65_537), "MaxDocumentSizeExceeded"],
    ["50 tags", { Tags: tags(50) }, "none"],
    ["51 tags", { Tags: tags(51) }, "ValidationException"],
    ["a tag of AWS's", { Tags: [{ Key: "aws:x", Value: "" }] }, "ValidationException"],
    ["a package", { DocumentType: "Package" }, "NotModelledError"],
    ["attachments", { Attachments: [{ Key: "SourceUrl", Values: ["s3://x"] }] }, "NotModelledError"],
    ["text that is no JSON", automation("schemaVersion: '0.3'"), "InvalidDocumentContent"],
    [
      "YAML",
      {
        DocumentFormat: "YAML",
        Content:
          "schemaVersion: '0.3'\nmainSteps:\n- {name: a, action: aws:sleep, inputs: {Duration: PT1M}}\n",
      },
      "none",
    ],
    [
      "YAML with a tab",
      { DocumentFormat: "YAML", Content: "schemaVersion:\n\t'0.3'" },
      "InvalidDocumentContent",
    ],
    [
      "YAML that nests a thousand times",
      { DocumentFormat: "YAML", Content: "[".repeat(1000) },
      "InvalidDocumentContent",
    ],
    ["a runbook as text", { DocumentFormat: "TEXT" }, "ValidationException"],
    ["another schema", automation(runbook({ schemaVersion: "2.2" })), "InvalidDocumentSchemaVersion"],
    ["no schema", automation({ mainSteps: [step] }), "InvalidDocumentContent"],
    ["no steps", automation(runbook({ mainSteps: [] })), "InvalidDocumentContent"],
    [
      "a step without a name",
      automation(runbook({ mainSteps: [{ ...step, name: undefined }] })),
      "InvalidDocumentContent",
    ],
    [
      "a step without an action",
      automation(runbook({ mainSteps: [{ ...step, action: undefined }] })),
      "InvalidDocumentContent",
    ],
    [
      "a step without inputs",
      automation(runbook({ mainSteps: [{ ...step, inputs: undefined }] })),
      "InvalidDocumentContent",
    ],
    [
      "a step with an unknown action",
      automation(runbook({ mainSteps: [{ ...step, action: "aws:dance" }] })),
      "InvalidDocumentContent",
    ],
    ["two steps of one name", automation(runbook({ mainSteps: [step, step] })), "InvalidDocumentContent"],
    ["a key of no runbook", automation(runbook({ steps: [] })), "InvalidDocumentContent"],
    ["a parameter without a type", automation(runbook({ parameters: { A: {} } })), "InvalidDocumentContent"],
    [
      "a parameter of an unknown type",
      automation(runbook({ parameters: { A: { type: "Float" } } })),
      "InvalidDocumentContent",
    ],
    [
      "a default that is not allowed",
      automation(runbook({ parameters: { A: { type: "String", default: "x", allowedValues: ["y"] } } })),
      "InvalidDocumentContent",
    ],
    [
      "a pattern that is none",
      automation(runbook({ parameters: { A: { type: "String", allowedPattern: "(" } } })),
      "InvalidDocumentContent",
    ],
    [
      "a parameter that is declared",
      automation(
        runbook({
          parameters: { A: { type: "String" } },
          mainSteps: [{ ...step, inputs: { Duration: "{{ A }}" } }],
        }),
      ),
      "none",
    ],
    [
      "a parameter that is declared by nobody but JavaScript",
      automation(runbook({ mainSteps: [{ ...step, inputs: { Duration: "{{ constructor }}" } }] })),
      "InvalidDocumentContent",
    ],
    [
      "a parameter that is not",
      automation(runbook({ mainSteps: [{ ...step, inputs: { Duration: "PT{{A}}M" } }] })),
      "InvalidDocumentContent",
    ],
    [
      "a role by a parameter that is not declared",
      automation(runbook({ assumeRole: "{{ Role }}" })),
      "InvalidDocumentContent",
    ],
    [
      "an output of a step that there is",
      automation(runbook({ outputs: ["{{ wait.Output }}", "wait.Output"] })),
      "none",
    ],
    [
      "an output of a step that there is not",
      automation(runbook({ outputs: ["{{ other.Output }}"] })),
      "InvalidDocumentContent",
    ],
    ["an output that names no step", automation(runbook({ outputs: ["wait"] })), "InvalidDocumentContent"],
    ["a plain output of a step", automation(runbook({ outputs: ["wait.Output"] })), "none"],
    [
      "a next step that there is not",
      automation(runbook({ mainSteps: [{ ...step, nextStep: "other" }] })),
      "InvalidDocumentContent",
    ],
    [
      "a step after a failure that there is not",
      automation(runbook({ mainSteps: [{ ...step, onFailure: "step:other" }] })),
      "InvalidDocumentContent",
    ],
    [
      "an onFailure that there is not",
      automation(runbook({ mainSteps: [{ ...step, onFailure: "Retry" }] })),
      "InvalidDocumentContent",
    ],
    [
      "a timeout of no time",
      automation(runbook({ mainSteps: [{ ...step, timeoutSeconds: 0 }] })),
      "InvalidDocumentContent",
    ],
    [
      "numbers and truths as texts",
      automation(runbook({ mainSteps: [{ ...step, timeoutSeconds: "60", isEnd: "true" }] })),
      "none",
    ],
    [
      "a branch to a step that there is not",
      automation(branching({ NextStep: "other", Variable: "{{ global:DATE }}", StringEquals: "x" })),
      "InvalidDocumentContent",
    ],
    [
      "a branch by an operation that there is not",
      automation(branching({ NextStep: "wait", Variable: "{{ global:DATE }}", StringNotEquals: "x" })),
      "InvalidDocumentContent",
    ],
    [
      "a branch",
      automation(branching({ NextStep: "wait", Variable: "{{ global:DATE }}", StringEquals: "x" })),
      "none",
    ],
    [
      "a variable of the service",
      automation(runbook({ mainSteps: [{ ...step, inputs: { Duration: "{{ global:DATE }}" } }] })),
      "none",
    ],
    ["a command", { DocumentType: "Command", ...automation(command()) }, "none"],
    ["a command, the type that comes unasked", { DocumentType: undefined, ...automation(command()) }, "none"],
    [
      "a command of the first schema",
      { DocumentType: "Command", ...automation(command({ schemaVersion: "1.2" })) },
      "InvalidDocumentSchemaVersion",
    ],
    [
      "a command that uses what it does not declare",
      {
        DocumentType: "Command",
        ...automation(
          command({
            description: "",
            mainSteps: [{ name: "a", action: "aws:runShellScript", inputs: { runCommand: ["{{ x }}"] } }],
          }),
        ),
      },
      "InvalidDocumentContent",
    ],
    ["a calendar", { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: calendar }, "none"],
    [
      "a calendar as JSON",
      { DocumentType: "ChangeCalendar", DocumentFormat: "JSON", Content: calendar },
      "ValidationException",
    ],
    [
      "a calendar without its type",
      { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: "BEGIN:VCALENDAR\nEND:VCALENDAR" },
      "InvalidDocumentContent",
    ],
    [
      "a calendar of another type",
      { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: calendar.replace("_OPEN", "_AJAR") },
      "InvalidDocumentContent",
    ],
    [
      "two calendars",
      { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: calendar + calendar },
      "InvalidDocumentContent",
    ],
    [
      "a calendar that does not end",
      { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: "BEGIN:VCALENDAR" },
      "InvalidDocumentContent",
    ],
    [
      "text that is no calendar",
      { DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: "closed on Sundays" },
      "InvalidDocumentContent",
    ],
  ] as [string, Partial<CreateDocumentRequest>, string][]) {
    it(`${code === "none" ? "take" : "refuse"} ${what}`, () => {
      expect(refusal(input)).to.equal(code);
    });
  }
});
