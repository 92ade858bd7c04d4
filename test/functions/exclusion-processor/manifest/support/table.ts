import { expect } from "chai";
import { read, refusals } from "./manifests.js";

/** What is wrong, a manifest that has it, and everything that is printed of it, the key left out. */
type Refusal = readonly [string, string | Uint8Array, readonly string[], string?];

/** A test for each row: exactly these lines, and no entry. */
export function itRefuses(rows: readonly Refusal[], key = "m.yaml"): void {
  for (const [what, text, lines, ownKey = key] of rows) {
    it(what, () => {
      expect(refusals(text, ownKey)).to.eql(lines);
      expect(read(text, ownKey).ok).to.equal(false);
    });
  }
}
