import { expect } from "chai";
import { closed, content } from "../aws/ssm/documents/calendarSupport.js";
import { east, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

const calendars = ["release-freeze", "quarter-end"];
const open = content("DEFAULT_OPEN");
/** Closed but for two days from one o'clock of the lab's first day on. */
const opensAtOne = closed("DTSTART:20260601T130000Z", "DTEND:20260603T130000Z");
const everything = "openssl nginx curl";

describe("a central window with two change calendars", () => {
  let lab: FanoutLab;
  const make = (Name: string, Content: string) =>
    lab.home.documents.createDocument({
      Name,
      Content,
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
    });
  before(async () => {
    lab = await FanoutLab.open({
      fleet: [server(east), server(ohio)],
      values: { stacks: '["central"]', fanoutCalendars: JSON.stringify(calendars) },
    });
    make("release-freeze", opensAtOne);
    make("quarter-end", open);
  });
  after(() => lab.close());
  /** Calls that would have started or looked for anything in Regions. */
  const calls = () => {
    const { calls: made } = lab.lab.endpoint.api.counts;
    return ["resource-groups:ListGroupResources", "ssm:StartAutomationExecution"].map(
      (name) => made.get(name) ?? 0,
    );
  };
  const untouched = () => {
    expect([lab.patched(east), lab.patched(ohio)]).to.deep.equal([[""], [""]]);
    expect(calls()).to.deep.equal([0, 0]);
  };

  it("starts nothing while one of the two is closed, which is no failure, and the record says so", async () => {
    await lab.until("12:55:00");
    untouched();
    expect(lab.execution.status).to.equal("SUCCESS");
    expect(lab.run).to.deep.include({ end: "calendar closed", starts: [], failed: [], regions: [] });
    expect(lab.run.request.calendars).to.deep.equal(calendars);
    expect([lab.alarms, lab.told, lab.open]).to.deep.equal([[], [], []]);
  });

  it("says to who starts it by hand until when", async () => {
    const { functionError, payload } = await lab.start(lab.payload({ Calendars: ["release-freeze"] }));
    expect(functionError).to.equal(undefined);
    const { message, verdict } = JSON.parse(payload);
    expect(verdict).to.equal("calendar closed");
    expect(message).to.match(
      /\(Install\): release-freeze is CLOSED until 2026-06-01T13:00:00Z; nothing was started\.$/,
    );
    untouched();
  });

  it("fails closed when one cannot be read, and tells which and why", async () => {
    lab.home.documents.deleteDocument({ Name: "quarter-end" });
    await lab.until("12:55:00", "2026-06-02");
    untouched();
    expect(lab.execution.status).to.equal("FAILED");
    expect(lab.invocations(startFunction).at(-1)?.error).to.match(
      /^Error: Nothing was started, since the state of release-freeze, quarter-end is not known: InvalidDocument: .*quarter-end/,
    );
    expect(lab.alarms).to.deep.equal(["central-start-errors-alarm"]);
    expect(lab.open).to.deep.equal([]);
  });

  it("patches once both are open", async () => {
    make("quarter-end", open);
    await lab.until("12:55:00", "2026-06-03");
    expect(lab.execution.status).to.equal("SUCCESS");
    expect([lab.patched(east), lab.patched(ohio)]).to.deep.equal([[everything], [everything]]);
    expect(lab.closed.map(({ end }) => end)).to.deep.equal(["calendar closed", "calendar closed", "ended"]);
    expect(lab.refused).to.deep.equal([]);
  });
});
