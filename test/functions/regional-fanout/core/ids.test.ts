import { expect } from "chai";
import fc from "fast-check";
import { clientToken, uuidV5 } from "#functions/regional-fanout/core/ids.js";
import { closedKey, closedKeys, openKey } from "#shared/contract/runKeys.js";
import { runId } from "./support.js";

describe("ids of a run", () => {
  it("follow RFC 9562's example of a version 5 UUID", () => {
    const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    expect(uuidV5(dns, "www.example.com")).to.equal("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  });

  it("make tokens that never change, for whoever retries a run of last week", () => {
    expect(clientToken(runId, "group-a", "Install")).to.equal("1f8494ee-e30b-53c1-ab89-97f84a7de811");
    expect(clientToken(runId.toUpperCase(), "group-a", "Install")).to.equal(
      "1f8494ee-e30b-53c1-ab89-97f84a7de811",
    );
  });

  it("make another token for another run, group or operation, and UUIDs of all", () => {
    const part = fc.tuple(fc.uuid(), fc.stringMatching(/^[\w.-]{1,30}$/), fc.constantFrom("Scan", "Install"));
    fc.assert(
      fc.property(part, part, (a, b) => {
        const token = clientToken(...a);
        expect(token).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(token === clientToken(...b)).to.equal(a.join() === b.join());
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
