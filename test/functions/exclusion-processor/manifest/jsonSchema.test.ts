import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import * as z from "zod";
import { manifestJsonSchema } from "#functions/exclusion-processor/manifest/jsonSchema.js";
import { edited, goodYaml } from "./support/manifests.js";

const path = "../../../../functions/exclusion-processor/manifest/manifest.schema.json";
const stored: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

describe("JSON Schema of manifests", () => {
  it("is in step with schema.ts", () => {
    const advice = "run `npm run schemas`";
    expect(stored, advice).to.eql(JSON.parse(JSON.stringify(manifestJsonSchema())));
  });

  const schema = z.fromJSONSchema(stored as Parameters<typeof z.fromJSONSchema>[0]);
  const accepts = (text: string) => schema.safeParse(parse(text)).success;

  it("accepts what is good", () => {
    expect(accepts(goodYaml)).to.equal(true);
    expect(accepts("version: 1\nexclusions: []")).to.equal(true);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["another version", edited("version: 1", "version: 2")],
    ["an entry without an end", edited("    expires: 2026-12-01\n", "")],
    ["patches and hold", edited("hold: true", "hold: true\n    patches: [kernel*]")],
    ["neither patches nor hold", edited("    hold: true\n", "")],
    ["neither nodes nor tags", edited("    nodes: [i-0a1b2c3d4e5f60718]\n", "")],
    ["a date of another country", edited("2026-12-01", "01.12.2026")],
    ["the tag of patch groups", edited("App: ledger", "PatchGroup: web")],
    ["a tag of AWS", edited("App: ledger", "AWS:x: web")],
    ["a key that no tag may have", edited("App: ledger", '"a*": web')],
    ["a value that no tag may have", edited("App: ledger", "App: web*")],
    ["five tags", edited('{ App: ledger, Env: [prod, "dr"] }', '{ a: "", b: "", c: "", d: "", e: "" }')],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, () => expect(accepts(text)).to.equal(false));
  }

  it("lets tags beyond ASCII through", () => {
    expect(accepts(edited("App: ledger", "Größe: über+a=b_c:/@.-"))).to.equal(true);
  });
});
