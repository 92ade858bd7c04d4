import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { RegionReader } from "#functions/exclusion-processor/aws/regionReader.js";
import { settle } from "#functions/shared/errors.js";
import { record } from "../core/support.js";

/** A reader that AWS never answers, and whose time ends once it has asked. */
function reader() {
  const end = new AbortController();
  const cut: string[] = [];
  const requestHandler = {
    handle: (_: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
      new Promise<never>((_resolve, reject) => {
        const stop = () => {
          cut.push("cut");
          reject(Object.assign(new Error("Request aborted"), { name: "AbortError" }));
        };
        if (abortSignal === undefined) return;
        abortSignal.addEventListener("abort", stop);
        setImmediate(() => end.abort());
      }),
  };
  const settings = {
    region: "us-east-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "s" },
    requestHandler,
  };
  const made = new RegionReader(
    "us-east-1",
    record({}),
    new SSMClient(settings),
    new ResourceGroupsTaggingAPIClient(settings),
    end.signal,
  );
  return { made, cut };
}

describe("reads of a Region that does not answer", () => {
  const tags = new Map();
  // Each row: what is read, and how many calls are under way at once.
  for (const [what, read, calls] of [
    ["all of it", (one: RegionReader) => one.read(tags), 5],
    ["what exclusions have left", (one: RegionReader) => one.readTraces(), 3],
    ["nodes by their groups", (one: RegionReader) => one.readTagged(["web"], tags), 1],
    ["which nodes tell their system", (one: RegionReader) => one.readTold(["i-1"]), 1],
    ["reports of nodes", (one: RegionReader) => one.readReports(["i-1"]), 1],
  ] as const) {
    it(`end with the time that there is for them: ${what}`, async () => {
      const { made, cut } = reader();
      const result = await settle<unknown>(read(made));
      expect(result).to.deep.equal({ ok: false, error: "AbortError: Request aborted" });
      expect(cut).to.have.lengthOf(calls);
    });
  }
});
