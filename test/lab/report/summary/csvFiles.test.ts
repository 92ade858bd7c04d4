import { expect } from "chai";
import { csvFiles } from "#lab/report/summary/csvFiles.js";
import { summary } from "../support.js";

const patch = {
  nodeId: "i-1",
  node: "=web",
  region: "us-east-1",
  patch: "openssl-3.0",
  state: "Missing",
  classification: "Security",
  severity: null,
  released: "2026-10-08T00:00:00Z",
  rejectedBy: ["openssl*", "-x"],
};

describe("csvFiles", () => {
  const files = csvFiles(summary(), [patch]);
  const lines = (name: keyof typeof files) => files[name].split("\r\n");

  it("has every node, with its cause, who must act and why", () => {
    const [head = "", ...rows] = lines("nodes.csv");
    expect(head.split(",").slice(0, 10)).to.eql(
      "id,name,region,operatingSystem,platform,patchGroup,state,cause,who,reasons".split(","),
    );
    expect(rows).to.have.length(summary().nodes.length + 1);
    expect(rows.find((row) => row.includes('"ad-36.prod"'))).to.contain(
      '"unknown","in no window: another value of tag PatchGroup","owner of the node"',
    );
  });

  it("has every opening of every window, those that never happened too", () => {
    const rows = lines("windows.csv");
    expect(rows).to.have.length(34);
    expect(rows.filter((row) => row.includes('"Never opened"'))).to.have.length(1);
    expect(rows.join()).to.contain('"Ran out of time"');
  });

  it("has patches with their nodes, and no formula", () => {
    expect(lines("patches.csv")).to.eql([
      "nodeId,node,region,patch,state,classification,severity,released,rejectedBy",
      `"i-1","'=web","us-east-1","openssl-3.0","Missing","Security",,"2026-10-08T00:00:00Z","openssl*; '-x"`,
      "",
    ]);
  });
});
