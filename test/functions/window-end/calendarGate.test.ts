import { expect } from "chai";
import { type CalendarPorts, keepCalendars } from "#functions/window-end/core/calendarGate.js";
import { calendarPayload, parseCalendarCall } from "#shared/contract/windowCalendars.js";

const windowId = "mw-0123456789abcdef0";
const executionId = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";
const call = parseCalendarCall(
  JSON.parse(
    calendarPayload(["freeze", "quarter-end"])
      .replace("{{WINDOW_ID}}", windowId)
      .replace("{{WINDOW_EXECUTION_ID}}", executionId),
  ),
);
const both = "freeze, quarter-end";

describe("the calendars of a window", () => {
  let cancelled: string[] = [];
  const ports = (state: () => Promise<string>, cancel = async () => undefined): CalendarPorts => ({
    calendarState: async (names) => {
      expect(names).to.deep.equal(call.calendars);
      return { state: await state(), nextTransition: undefined };
    },
    cancelExecution: async (id) => {
      await cancel();
      cancelled.push(id);
    },
  });
  const fail = (why: string) => async () => {
    throw new Error(why);
  };
  const keep = async (given: CalendarPorts, signal = new AbortController().signal) => {
    cancelled = [];
    const verdict = await keepCalendars(given, call, signal).catch((error: Error) => error.message);
    return [verdict, cancelled];
  };

  it("let it go on only where all are known to be open", async () => {
    expect(await keep(ports(async () => "OPEN"))).to.deep.equal([{ verdict: "open" }, []]);
    for (const [state, why] of [
      [async () => "CLOSED", `${both} is CLOSED`],
      [async () => "", `${both} is `],
      [fail("throttled"), `${both} cannot be read: Error: throttled`],
    ] as const)
      expect(await keep(ports(state))).to.deep.equal([{ verdict: "cancelled", why }, [executionId]]);
  });

  it("that are asked for too long are closed, and there is time left to cancel", async () => {
    const [verdict, ids] = await keep(
      ports(() => new Promise(() => undefined)),
      AbortSignal.timeout(1),
    );
    expect(verdict).to.deep.include({ verdict: "cancelled" });
    expect(ids).to.deep.equal([executionId]);
  });

  it("fail the function where the window goes on against them", async () => {
    const [message] = await keep(ports(async () => "CLOSED", fail("denied")));
    expect(message).to.equal(
      `${both} is CLOSED, and execution ${executionId} of ${windowId} goes on, since it could not be cancelled: Error: denied`,
    );
  });
});
