import { expect } from "chai";
import { closed } from "../aws/ssm/documents/calendarSupport.js";
import { at } from "../support.js";
import { Policies } from "./accessSupport.js";
import { ExclusionLab } from "./exclusionSupport.js";

/** Closed but for three hours of the lab's first morning. */
const morning = closed("DTSTART:20260601T053000Z", "DTEND:20260601T083000Z");
const everything = ["openssl", "nginx", "curl"];

describe("scan and install windows with a change calendar", () => {
  const policies = new Policies((name) => name.includes("-calendars-"));
  let lab: ExclusionLab;
  const make = (Content: string) =>
    lab.home.documents.createDocument({
      ...{ Name: "freeze", Content, DocumentType: "ChangeCalendar", DocumentFormat: "TEXT" },
    });
  before(async () => {
    const values = { "patchplane:scanCalendars": '["freeze"]', "patchplane:installCalendars": '["freeze"]' };
    lab = await ExclusionLab.open({ values, records: true, change: policies.note });
    make(morning);
  });
  after(() => lab.close());
  /** How an opening ended, and how many commands it has sent. */
  const opening = (name: "scan" | "install", time: string) => {
    const found = lab
      .window(name)
      .executions.find(({ startedAt }) => startedAt === at(`2026-06-01T${time}:00Z`));
    const sent = found?.tasks.filter(({ task: { type } }) => type === "RUN_COMMAND");
    return [found?.status, sent?.filter(({ runs }) => runs.length > 0).length];
  };
  const told = (what: RegExp) => lab.home.sns.delivered.filter(({ text }) => what.test(text)).length;

  it("are cancelled before a node is reached while it is closed, which records and one message each tell", async () => {
    await lab.until("05:55:00");
    expect(opening("install", "04:00")).to.deep.equal(["CANCELLED", 0]);
    expect(opening("scan", "05:00")).to.deep.equal(["CANCELLED", 0]);
    expect(told(/not started: 4 nodes .*: calendar closed: freeze was CLOSED/)).to.equal(2);
  });

  it("go on while it is open", async () => {
    await lab.until("06:55:00");
    expect(opening("install", "06:00")).to.deep.equal(["SUCCESS", 2]);
    expect(lab.patched(0)).to.have.members(everything);
  });

  it("are cancelled where nobody can read it", async () => {
    lab.home.documents.deleteDocument({ Name: "freeze" });
    await lab.until("08:55:00");
    expect(opening("install", "08:00")).to.deep.equal(["CANCELLED", 0]);
    expect(told(/its calendar freeze cannot be read \(InvalidDocument/)).to.equal(1);
    make(morning);
  });

  it("go on where they cannot be cancelled, or the function not be called, and an alarm or a message tells", async () => {
    policies.takeOut(lab.home, "scan-calendars-role-policy", "CancelThisWindow");
    policies.takeOut(lab.home, "install-calendars-call-policy", "AskCalendarsFirst");
    await lab.until("10:55:00");
    expect(opening("scan", "09:00")).to.deep.equal(["FAILED", 2]);
    expect(told(/scan-calendars-errors-alarm/)).to.be.above(0);
    expect(opening("install", "10:00")).to.deep.equal(["FAILED", 2]);
  });
});
