import { expect } from "chai";
import fc from "fast-check";
import { clientToken } from "#functions/regional-fanout/core/ids.js";
import { closedKey, closedKeys, openKey } from "#shared/contract/runKeys.js";
import { east, ohio, runId } from "./support.js";

describe("ids of a run", () => {
  it("make tokens that never change, for whoever retries a run of last week", () => {
    const place = { region: east, group: "group-a" };
    // As Python's uuid.uuid5 makes it (RFC 9562, version 5) of the namespace and the four lines of the name.
    const token = "ab6733e1-477f-5533-bb3c-ad9180d54a5b";
    expect(clientToken(runId, place, "Install")).to.equal(token);
    expect(clientToken(runId.toUpperCase(), place, "Install")).to.equal(token);
    expect(clientToken(runId, place, "Install", "others")).to.not.equal(token);
  });

  it("make another token for another run, Region, group or operation, and UUIDs of all", () => {
    const name = fc.stringMatching(/^[\w.-]{1,30}$/);
    const part = fc.tuple(
      fc.uuid(),
      fc.record({ region: fc.constantFrom(east, ohio), group: name }),
      fc.constantFrom("Scan", "Install"),
      fc.constantFrom("own" as const, "others" as const),
    );
    fc.assert(
      fc.property(part, part, (a, b) => {
        const token = clientToken(...a);
        expect(token).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(token === clientToken(...b)).to.equal(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it("name objects by the day on which a run began, in UTC", () => {
    const at = Date.parse("2026-09-06T00:10:00+02:00");
    expect(openKey(runId)).to.equal(`runs/open/${runId}.json`);
    expect(closedKey(runId, at)).to.equal(`runs/closed/2026/09/05/${runId}.json`);
    expect(closedKeys(runId, Date.parse("2026-03-01T00:00:00Z"))).to.deep.equal([
      `runs/closed/2026/03/01/${runId}.json`,
      `runs/closed/2026/02/28/${runId}.json`,
    ]);
  });
});
