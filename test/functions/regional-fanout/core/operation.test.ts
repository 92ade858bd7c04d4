import { expect } from "chai";
import { refuseInstallOfScans } from "#functions/regional-fanout/core/operation.js";

const asking = (Operation: unknown) => ({ Document: { Parameters: { Operation } } });

describe("the operation that a payload asks for", () => {
  it("is no installation in a stack that scans: its groups have nodes that are held", () => {
    for (const operation of [["Install"], ["Scan", "Install"], "Install"]) {
      expect(() => refuseInstallOfScans(asking(operation), "Scan")).to.throw(
        'Document.Parameters.Operation: got "Install"; allowed is Scan in a stack that scans. Its groups have the nodes',
      );
    }
  });

  it("may be a scan anywhere, and anything where the stack installs; other mistakes are not its business", () => {
    for (const [event, deployed] of [
      [asking(["Scan"]), "Scan"],
      [asking(["Scan"]), "Install"],
      [asking(["Install"]), "Install"],
      [asking(undefined), "Scan"],
      ["nonsense", "Scan"],
      [undefined, "Scan"],
    ] as const) {
      expect(() => refuseInstallOfScans(event, deployed)).to.not.throw();
    }
  });
});
