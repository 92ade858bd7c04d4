import { expect } from "chai";
import { progressOf } from "#tools/fanout/progress.js";

const runId = "00000000-0000-4000-8000-000000000001";

describe("the progress of nodes", () => {
  const at = (nodeId: string, status: string, requestedAt = 1) => ({
    commandId: "c",
    nodeId,
    status,
    requestedAt,
  });

  it("counts each member once, by its last invocation", async () => {
    const invocations = [
      at("a", "Success"),
      at("b", "InProgress"),
      at("c", "Failed", 1),
      at("c", "Success", 2),
      at("d", "Undeliverable"),
      at("stranger", "Success"),
    ];
    const commands = [{ id: "c", snapshotId: runId }];
    const region = () => ({ commands: async () => commands, invocations: async () => invocations });
    const ids = ["a", "b", "c", "d", "e"];
    const record = {
      ...{
        runId,
        startedAt: "2026-09-06T08:00:00Z",
        starts: [],
        request: { regions: ["us-east-1"], groups: ["g"] },
      },
      filter: [{ region: "us-east-1", group: "g", outcome: "members", ids }],
    };
    const { regions } = await progressOf({ region } as never, record as never);
    expect(regions.map(({ nodes }) => nodes)).to.deep.equal([{ nodes: 5, done: 2, failed: 1, left: 2 }]);
  });
});
