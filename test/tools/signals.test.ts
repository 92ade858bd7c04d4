import { expect } from "chai";
import { deadlineIn, noDeadline } from "#functions/shared/invocation.js";

describe("signals that many calls listen to", () => {
  for (const [name, signal] of [
    ["a time", deadlineIn(1_000_000)],
    ["none", noDeadline()],
  ] as const)
    it(`with ${name} let Node warn of no leak`, async () => {
      const warnings: string[] = [];
      const hear = ({ name: kind }: Error) => void warnings.push(kind);
      process.on("warning", hear);
      for (let count = 0; count < 11; count++) signal.addEventListener("abort", () => undefined);
      await new Promise(setImmediate);
      process.off("warning", hear);
      expect(warnings).to.deep.equal([]);
    });
});
