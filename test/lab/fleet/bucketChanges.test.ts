import { expect } from "chai";
import { FleetError, loadFleet } from "#lab/fleet/load.js";
import { fleetOf, linuxNode, load, memoryIo } from "./support/files.js";

const broken = "version: one\n\t: not even YAML";

/** Loads a fleet in a folder with a manifest; gives what happens in the bucket, or the problems. */
function changesOf(...exclusions: readonly unknown[]) {
  const io = memoryIo({
    "fleets/fleet.json": JSON.stringify({ ...fleetOf(linuxNode), exclusions }),
    "fleets/manifests/a.yaml": broken,
    "b.json": Uint8Array.of(0xff, 0xfe),
  });
  try {
    return loadFleet("fleets/fleet.json", 1, io).exclusions?.map(({ at, key, body }) => ({
      at: new Date(at).toISOString(),
      key,
      body: body === undefined ? undefined : Buffer.from(body).toString("latin1"),
    }));
  } catch (error) {
    if (error instanceof FleetError) return error.problems;
    throw error;
  }
}

const at = "2026-10-06T09:00Z";
const key = "exclusions/a.yaml";
const file = "manifests/a.yaml";

describe("what a fleet file uploads", () => {
  it("is nothing by itself", () => {
    expect(load(fleetOf(linuxNode)).exclusions).to.eql([]);
  });

  it("comes in the order of time, each file as it is, whatever is in it", () => {
    expect(
      changesOf(
        { at: "2026-10-09", key, delete: true },
        { at, key, file },
        { at, key: "plans/x/b.json", file: "../b.json" },
        { at: "2026-10-07T00:00:30Z", key: "approvals/exclusions/a.yaml", file },
      ),
    ).to.eql([
      { at: "2026-10-06T09:00:00.000Z", key, body: broken },
      { at: "2026-10-06T09:00:00.000Z", key: "plans/x/b.json", body: "\xff\xfe" },
      { at: "2026-10-07T00:00:30.000Z", key: "approvals/exclusions/a.yaml", body: broken },
      { at: "2026-10-09T00:00:00.000Z", key, body: undefined },
    ]);
  });

  const refusals: readonly (readonly [string, readonly unknown[], readonly string[]])[] = [
    [
      "a file that is not there",
      [{ at, key, file: "manifest/a.yaml" }],
      [
        'exclusions[0].file: got "manifest/a.yaml"; allowed is a file relative to fleets/fleet.json; this one cannot be read: ENOENT',
      ],
    ],
    [
      "neither a file nor a deletion, and both",
      [
        { at, key },
        { at, key, file, delete: true },
      ],
      [
        'exclusions[0]: got an object with "at", "key"; allowed is a file to upload, or delete: true, and not both',
        'exclusions[1]: got an object with "at", "key", "file"; allowed is a file to upload, or delete: true, and not both',
      ],
    ],
    [
      "a key that is none of the processor's",
      [
        { at, key: "deployment.json", file },
        { at, key: "exclusions/", file },
      ],
      ["deployment.json", "exclusions/"].map(
        (got, place) =>
          `exclusions[${place}].key: got "${got}"; allowed is a key below exclusions/, plans/ or approvals/, such as exclusions/payments.yaml`,
      ),
    ],
    [
      "a time that is none",
      [{ at: "2026-02-30", key, file }],
      ['exclusions[0].at: got "2026-02-30"; allowed is a date that exists'],
    ],
    [
      "the deletion of what is not uploaded, or not yet, or not any more",
      [
        { at: "2026-10-07", key, file },
        { at, key, delete: true },
        { at: "2026-10-08", key, delete: true },
        { at: "2026-10-09", key, delete: true },
        { at: "2026-10-09", key: "exclusions/b.yaml", delete: true },
      ],
      [
        'exclusions[1].key: got "exclusions/a.yaml"; allowed is a key that is uploaded before that',
        'exclusions[3].key: got "exclusions/a.yaml"; allowed is a key that is uploaded before that',
        'exclusions[4].key: got "exclusions/b.yaml"; allowed is a key that is uploaded before that',
      ],
    ],
    [
      "an unknown word, without blaming the deletion that goes with it",
      [
        { at, key, file, owner: "me" },
        { at: "2026-10-07", key, delete: true },
      ],
      ['exclusions[0].owner: got "me"; allowed is nothing, there is no such key here'],
    ],
  ];
  for (const [what, exclusions, problems] of refusals) {
    it(`is refused with ${what}`, () => {
      expect(changesOf(...exclusions)).to.eql(problems.map((problem) => `fleets/fleet.json: ${problem}`));
    });
  }
});
