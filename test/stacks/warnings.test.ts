import { expect } from "chai";
import { deployStack } from "../support/program.js";

describe("the program", () => {
  // Without an engine, the SDK writes warnings to the console.
  const { warn } = console;
  const warnings: string[] = [];
  before(() => {
    console.warn = (text: string) => warnings.push(text);
  });
  after(() => {
    console.warn = warn;
  });

  it("warns when nobody would hear of a failure, and else not", async () => {
    await deployStack("dev");
    expect(warnings).to.deep.equal([]);
    await deployStack("dev", { notificationEmails: "[]" });
    expect(warnings).to.deep.equal([
      "warning: [runtime] notificationEmails is empty: nobody will be told when a window fails.",
    ]);
  });
});
