import type { CreateDocumentRequest, CreateDocumentResult } from "@aws-sdk/client-ssm";
import { ssmDocumentHandlers } from "#lab/endpoint/services/ssmDocuments.js";
import { account } from "#test/lab/support.js";
import { api } from "../../apiSupport.js";

export const call = api("ssm", ssmDocumentHandlers);

export const step = { name: "wait", action: "aws:sleep", inputs: { Duration: "PT1M" } };
export const runbook = (changes: object = {}) => ({ schemaVersion: "0.3", mainSteps: [step], ...changes });
export const command = (changes: object = {}) => ({
  schemaVersion: "2.2",
  mainSteps: [{ name: "run", action: "aws:runShellScript", inputs: { runCommand: ["date"] } }],
  ...changes,
});
export const calendar = "BEGIN:VCALENDAR\nX-CALENDAR-TYPE:DEFAULT_OPEN\nEND:VCALENDAR\n";
export const automation = (content: unknown): Partial<CreateDocumentRequest> => ({
  Content: typeof content === "string" ? content : JSON.stringify(content),
});

/** An account that makes a runbook, but for what a test changes. */
export function world(changes: Partial<CreateDocumentRequest> = {}) {
  const { region, clock } = account([]);
  const create = (input: Partial<CreateDocumentRequest> = {}) =>
    call<CreateDocumentResult>(region, "CreateDocument", {
      Name: "my-runbook",
      Content: JSON.stringify(runbook()),
      DocumentType: "Automation",
      ...changes,
      ...input,
    });
  return { region, clock, create };
}
