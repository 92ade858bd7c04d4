import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import { WindowRecords } from "#components/windows/windowRecords.js";
import { parseCalendarCall } from "#shared/contract/windowCalendars.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { policyOf, windowArgs } from "../../support/arguments.js";
import { accountId, recordMocks, settle } from "../../support/mocks.js";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
const shared = "arn:aws:ssm:eu-west-1:210987654321:document/quarter-end";
const calendars = ["freeze", shared];
const documents = [arn("ssm", "document/freeze"), shared];

describe("the calendars of a window", () => {
  before(() => bundleFunction("window-end", "calendars"));
  afterEach(settle);

  it("are asked by a function that may ask those, cancel this window, and no more, before any node is reached", async () => {
    const recording = await recordMocks();
    new PatchScanWindow("w", windowArgs({ calendars }));
    await settle();
    const { Statement } = policyOf(recording.named("w-calendars-role-policy").props);
    expect(Statement.map(({ Sid, Action, Resource }) => [Sid, Action, Resource]).slice(0, 2)).to.deep.equal([
      ["AskCalendars", "ssm:GetCalendarState", documents],
      [
        "CancelThisWindow",
        "ssm:CancelMaintenanceWindowExecution",
        arn("ssm", `maintenancewindow/mw-w-window`),
      ],
    ]);
    expect(Statement.slice(2).map(({ Sid }) => Sid)).to.deep.equal(["WriteOwnLog", "KeepFailedEvents"]);
    const { name, priority, taskType, taskArn, taskInvocationParameters } =
      recording.named("w-calendars-task").props;
    const self = arn("lambda", "function:SSM-fleet-calendars");
    const task = { name: "fleet-calendars", priority: 1, taskType: "LAMBDA", taskArn: self };
    expect({ name, priority, taskType, taskArn }).to.deep.equal(task);
    const { payload } = (taskInvocationParameters as { lambdaParameters: { payload: string } })
      .lambdaParameters;
    const filled = payload
      .replace("{{WINDOW_ID}}", "mw-0123456789abcdef0")
      .replace("{{WINDOW_EXECUTION_ID}}", "0b5f1c1e-8a7d-4c3b-9e2f-112233445566");
    expect(parseCalendarCall(JSON.parse(filled)).calendars).to.deep.equal(calendars);
    const [call] = policyOf(recording.named("w-calendars-call-policy").props).Statement;
    expect([call?.Action, call?.Resource]).to.deep.equal(["lambda:InvokeFunction", self]);
  });

  it("that are none make nothing", async () => {
    const recording = await recordMocks();
    new PatchInstallWindow("w", windowArgs({ calendars: [] }));
    await settle();
    expect(recording.all("lambda.Function")).to.deep.equal([]);
  });

  it("may be asked by the function of records too, each once", async () => {
    const recording = await recordMocks();
    const { logs, notifications } = windowArgs();
    new WindowRecords("r", {
      ...{ namePrefix: "fleet", code: "dist/functions/window-end-closing", logs },
      runs: { bucket: "runs", arn: "arn:aws:s3:::runs" },
      windows: [
        { id: "mw-1", name: "fleet-scan", operation: "Scan", calendars },
        { id: "mw-2", name: "fleet-install", operation: "Install", calendars: ["freeze"] },
      ],
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
    });
    await settle();
    const { Statement } = policyOf(recording.named("r-closing-role-policy").props);
    const asking = Statement.filter(({ Action }) => Action === "ssm:GetCalendarState");
    expect(asking.map(({ Resource }) => Resource)).to.deep.equal([documents]);
  });
});
