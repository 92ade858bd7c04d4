import { readFileSync } from "node:fs";
import { expect } from "chai";
import { summaryJsonSchema } from "#lab/report/summary/schema.js";
import { summarySchema } from "#lab/report/summary/summary.js";
import { largeSummary, quietSummary, summary } from "../support.js";

const schemaFile = new URL("../../../../lab/report/summary/summary.schema.json", import.meta.url);

describe("summary.schema.json", () => {
  it("is in step with the code; `npm run schemas` writes it anew", () => {
    const file: unknown = JSON.parse(readFileSync(schemaFile, "utf8"));
    expect(file).to.deep.equal(JSON.parse(JSON.stringify(summaryJsonSchema())));
  });

  it("describes the runs of these tests", () => {
    for (const run of [summary(), quietSummary(), largeSummary(5)])
      expect(summarySchema.parse(JSON.parse(JSON.stringify(run)))).to.deep.equal(run);
  });
});
