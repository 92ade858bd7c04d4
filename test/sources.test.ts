import { expect } from "chai";
import { circles, knowRegions, ofText, ownExports } from "./sources.js";

describe("what modules say of one another", () => {
  it("shows a circle of values, of types and of a module with itself", () => {
    const house = [
      ofText("lab/a.ts", 'import { b } from "./b.js"; import "./f.js"; import zod from "zod";'),
      ofText("lab/b.ts", 'import type { C } from "#lab/c.js"; import { gone } from "./gone.js";'),
      ofText("lab/c.ts", 'export * from "./a.js"; const d = await import("./d.js?run=1");'),
      ofText("lab/d.ts", 'import "./e.js";'),
      ofText("lab/e.ts", 'import type { D } from "./d.js";'),
      ofText("lab/f.ts", 'import zod from "zod";'),
      ofText("lab/g.ts", 'import "./g.js"; import "./a.js";'),
    ];
    expect(circles(house)).to.deep.equal([
      ["lab/a.ts", "lab/b.ts", "lab/c.ts"],
      ["lab/d.ts", "lab/e.ts"],
      ["lab/g.ts"],
    ]);
    expect(circles(house.slice(0, 2))).to.deep.equal([]);
  });

  it("shows what is exported for tests alone", () => {
    const house = [
      ofText("lab/a.ts", "export function f() {} export const g = 1, h = g; export class C { f = 1 }"),
      ofText("lab/b.ts", 'import { C } from "./a.js"; export const x = new C({ h: 1 }); export type T = 1;'),
      ofText("lab/c.ts", 'const { x } = await import("./b.js"); x.f();'),
    ];
    expect(ownExports(house)).to.deep.equal([
      { path: "lab/a.ts", name: "f", isUsedInside: false },
      { path: "lab/a.ts", name: "g", isUsedInside: true },
      { path: "lab/a.ts", name: "h", isUsedInside: false },
    ]);
  });

  it("shows a service that takes the whole Region or account", () => {
    const house = [
      ofText("lab/aws/s3/s3.ts", 'import type { Account } from "../account.js";'),
      ofText("lab/aws/ssm/steps/a.ts", 'import type { Region } from "#lab/aws/region.js";'),
      ofText("lab/aws/sqs.ts", 'import type { Place } from "./place.js";'),
      ofText("lab/aws/account.ts", 'import { Region } from "./region.js";'),
      ofText("lab/deploy/a.ts", 'import type { Region } from "../aws/region.js";'),
    ];
    expect(knowRegions(house)).to.deep.equal(["lab/aws/s3/s3.ts", "lab/aws/ssm/steps/a.ts"]);
  });
});
