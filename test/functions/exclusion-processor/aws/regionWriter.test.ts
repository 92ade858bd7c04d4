import type {
  FailureInfo,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { CreatePatchBaselineCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { RegionWriter } from "#functions/exclusion-processor/aws/regionWriter.js";

const arnOf = (id: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${id}`;
const nodes = ["i-1", "i-2", "i-3"].map((id) => ({ id, from: "web" }));

/** A writer whose tagging API answers with failures, the last of them for ever. */
function writer(...answers: Readonly<Record<string, FailureInfo>>[]) {
  const asked: number[] = [];
  const waits: number[] = [];
  const tagging = {
    send: async ({ input }: { input: { ResourceARNList: string[] } }) => {
      asked.push(input.ResourceARNList.length);
      const failures = answers[Math.min(asked.length, answers.length) - 1] ?? {};
      return {
        FailedResourcesMap: Object.fromEntries(Object.entries(failures).map(([id, one]) => [arnOf(id), one])),
      };
    },
  };
  const made = new RegionWriter(
    "patchplane/test",
    arnOf,
    new SSMClient({ region: "us-east-1" }),
    tagging as unknown as ResourceGroupsTaggingAPIClient,
    async (milliseconds) => waits.push(milliseconds),
    new AbortController().signal,
  );
  const tag = () =>
    made.apply({ kind: "tagNodes", nodes, values: { PatchGroup: "web.hold" }, to: "web.hold", why: "" });
  return { tag, asked, waits };
}

const busy: FailureInfo = {
  StatusCode: 503,
  ErrorCode: "RequestLimitExceeded" as FailureInfo["ErrorCode"],
  ErrorMessage: "Request limit exceeded.",
};

describe("tags of several nodes in one call", () => {
  it("are tried again for those that were throttled, alone, with longer and longer pauses", async () => {
    const { tag, asked, waits } = writer({ "i-1": busy, "i-3": busy }, { "i-3": busy }, {});
    expect(await tag()).to.deep.equal({ failures: [], gone: [] });
    expect(asked).to.deep.equal([3, 2, 1]);
    expect(waits).to.deep.equal([500, 1000]);
  });

  it("fail for a node that is throttled for ever, after six calls", async () => {
    const { tag, asked } = writer({ "i-2": busy });
    expect(await tag()).to.deep.equal({
      failures: [{ id: "i-2", error: "RequestLimitExceeded: Request limit exceeded." }],
      gone: [],
    });
    expect(asked).to.have.lengthOf(6);
  });

  for (const [why, failure, error] of [
    [
      "has no right to",
      { StatusCode: 403, ErrorCode: "AccessDeniedException" as FailureInfo["ErrorCode"], ErrorMessage: "no" },
      "AccessDeniedException: no",
    ],
    [
      "has fifty tags",
      { StatusCode: 400, ErrorCode: "InvalidParameterException", ErrorMessage: "at most 50 tags" },
      "InvalidParameterException: at most 50 tags",
    ],
    ["fails without a word", { StatusCode: 400 }, "status 400: no reason given"],
  ] as const) {
    it(`fail at once for a node that ${why}`, async () => {
      const { tag, asked } = writer({ "i-2": failure });
      expect(await tag()).to.deep.equal({ failures: [{ id: "i-2", error }], gone: [] });
      expect(asked).to.deep.equal([3]);
    });
  }

  for (const failure of [
    { StatusCode: 400, ErrorCode: "InvalidInstanceID.NotFound" as FailureInfo["ErrorCode"] },
    { StatusCode: 400, ErrorMessage: "The instance ID 'i-2' does not exist" },
  ]) {
    it(`are done for a node that is gone: ${failure.ErrorCode ?? failure.ErrorMessage}`, async () => {
      const { tag } = writer({ "i-2": failure });
      expect(await tag()).to.deep.equal({ failures: [], gone: ["i-2"] });
    });
  }
});

describe("a baseline that was just made", () => {
  const content = { rules: {}, rejectedPatches: [], rejectedPatchesAction: "BLOCK" as const };
  const denied = Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });

  /** Registers a baseline that it has made, or another one, while the first calls are denied. */
  async function register(denials: number, id = "pb-new") {
    const waits: number[] = [];
    let calls = 0;
    const ssm = {
      send: async (command: object) => {
        if (command instanceof CreatePatchBaselineCommand) return { BaselineId: "pb-new" };
        if (++calls <= denials) throw denied;
        return {};
      },
    };
    const made = new RegionWriter(
      "patchplane/test",
      arnOf,
      ssm as unknown as SSMClient,
      {} as ResourceGroupsTaggingAPIClient,
      async (milliseconds) => waits.push(milliseconds),
      new AbortController().signal,
    );
    await made.apply({ kind: "createBaseline", name: "n", operatingSystem: "UBUNTU", content, why: "" });
    const step = { group: "web.hold", operatingSystem: "UBUNTU", baseline: { id }, why: "" };
    const error = await made.apply({ kind: "registerGroup", ...step }).then(
      () => undefined,
      (thrown: Error) => thrown.name,
    );
    return { error, waits };
  }

  it("is registered once IAM knows its mark, for 15.5 seconds at most", async () => {
    expect(await register(3)).to.deep.equal({ error: undefined, waits: [500, 1000, 2000] });
    expect(await register(9)).to.deep.equal({
      error: "AccessDeniedException",
      waits: [500, 1000, 2000, 4000, 8000],
    });
  });

  it("is no excuse for another one, which is refused at once", async () => {
    expect(await register(1, "pb-old")).to.deep.equal({ error: "AccessDeniedException", waits: [] });
  });
});
