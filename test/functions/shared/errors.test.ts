import { expect } from "chai";
import { mapLimited, settle, stableText } from "#functions/shared/errors.js";

describe("the text of an error", () => {
  for (const [error, expected] of [
    [new TypeError("no\n  such"), "TypeError: no such"],
    ["just text", "just text"],
    [new Error("Denied (RequestId: 8d9e2f3a-1111-2222-3333-444455556666)"), "Error: Denied (RequestId: ...)"],
    [new Error("Denied, request id 7SSK42, host id: a+/b="), "Error: Denied, request id ..., host id: ..."],
    [new Error("8d9e2f3a-1111-2222-3333-444455556666 is gone"), "Error: ... is gone"],
  ] as const) {
    it(`is ${expected}`, () => {
      expect(stableText(error)).to.equal(expected);
    });
  }

  it("is short", () => {
    expect(stableText("x".repeat(1000))).to.have.lengthOf(300);
  });
});

describe("work under way", () => {
  it("is limited, and its results are in order", async () => {
    let now = 0;
    let most = 0;
    const results = await mapLimited([30, 5, 20, 1, 10], 2, async (wait) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, wait / 10));
      now--;
      return wait * 2;
    });
    expect(results).to.deep.equal([60, 10, 40, 2, 20]);
    expect(most).to.equal(2);
    expect(await mapLimited([], 3, async () => 1)).to.deep.equal([]);
  });

  it("has a failure as a value", async () => {
    expect(await settle(Promise.resolve(1))).to.deep.equal({ ok: true, value: 1 });
    expect(await settle(Promise.reject(new Error("no")))).to.deep.equal({ ok: false, error: "Error: no" });
  });
});
