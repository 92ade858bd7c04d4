import { expect } from "chai";
import fc from "fast-check";
import { modelOf, type ServiceModel, serviceNames, shapeOf } from "#lab/aws/model/model.js";
import { passes } from "#lab/aws/model/passes.js";
import { violations, walked } from "#lab/aws/model/validate.js";

/** Texts about as long as limits are, some of them as patterns and enumerations want them. */
function texts(few: readonly string[], sizes: readonly number[]): fc.Arbitrary<string> {
  const near = sizes.flatMap((size) => [size - 1, size, size + 1]).filter((size) => size >= 0 && size < 300);
  return fc.oneof(
    fc.constantFrom("", "a", "𝒜𝒜", "mw-0123456789abcdef0", "arn:aws:s3:::a", "constructor", ...few),
    fc.constantFrom(0, 1, ...near).map((size) => "x".repeat(size)),
    fc.string({ maxLength: 6 }),
  );
}

/** Values of a shape, right in type and often wrong in all else; members may be missing. */
function valuesOf(model: ServiceModel, name: string, depth = 0): fc.Arbitrary<unknown> {
  const { type, members = {}, member, key, value, min, max, enum: allowed = [] } = shapeOf(model, name);
  const sizes = [min, max].filter((size) => size !== undefined);
  const most = depth > 3 ? 0 : Math.min(3, (max ?? 2) + 1);
  switch (type) {
    case "structure": {
      if (depth > 4) return fc.constant({});
      const parts = Object.entries(members).map(([one, { shape }]) => [
        one,
        valuesOf(model, shape, depth + 1),
      ]);
      return fc.record(Object.fromEntries(parts), { requiredKeys: [] });
    }
    case "list":
      return most === 0
        ? fc.constant([])
        : fc.array(valuesOf(model, member?.shape ?? "", depth + 1), { maxLength: most });
    case "map":
      return most === 0
        ? fc.constant({})
        : fc.dictionary(
            valuesOf(model, key?.shape ?? "", depth + 1).map(String),
            valuesOf(model, value?.shape ?? "", depth + 1),
            { maxKeys: most },
          );
    case "string":
      return texts(allowed, sizes);
    case "blob":
      return fc.uint8Array({ maxLength: 4 });
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return fc.date();
    default: {
      const near = sizes.flatMap((size) => [size - 1, size, size + 1]);
      return fc.oneof(fc.integer(), fc.constantFrom(0, 1, Number.NaN, ...near));
    }
  }
}

describe("the compiled checks of the model", () => {
  it("say of a message of any served operation what the walk through it says", function () {
    this.timeout(120_000);
    let [kept, broken] = [0, 0];
    for (const service of serviceNames) {
      const model = modelOf(service);
      const shapes = Object.keys(model.operations).flatMap((name) => {
        const { input, output } = model.operations[name] ?? {};
        return [input?.shape, output?.shape].filter((shape) => shape !== undefined);
      });
      for (const shape of new Set(shapes)) {
        const holds = (value: unknown) => {
          const found = walked(model, shape, value);
          expect(passes(model, shape, value), JSON.stringify(found)).to.equal(found.length === 0);
          expect(violations(model, shape, value)).to.deep.equal(found);
          if (found.length === 0) kept++;
          else broken++;
        };
        fc.assert(fc.property(valuesOf(model, shape), holds), { numRuns: 6, seed: 7 });
      }
    }
    expect(kept).to.be.greaterThan(200);
    expect(broken).to.be.greaterThan(200);
  });

  it("hold for shapes that are part of themselves, and for those that constrain nothing", () => {
    const model: ServiceModel = {
      metadata: { apiVersion: "1", protocol: "json" },
      operations: {},
      shapes: {
        Tree: {
          type: "structure",
          required: ["Name"],
          members: { Name: { shape: "Name" }, Branches: { shape: "Trees" }, Note: { shape: "Free" } },
        },
        Trees: { type: "list", max: 2, member: { shape: "Tree" } },
        Name: { type: "string", min: 1, max: 2 },
        Free: { type: "string" },
        Loop: { type: "structure", members: { Loops: { shape: "Loops" } } },
        Loops: { type: "list", member: { shape: "Loop" } },
      },
    };
    for (const shape of ["Tree", "Trees", "Free", "Loop"]) {
      fc.assert(
        fc.property(valuesOf(model, shape), (value) => {
          expect(passes(model, shape, value)).to.equal(walked(model, shape, value).length === 0);
        }),
        { numRuns: 200, seed: 7 },
      );
    }
    const deep = { Name: "a", Branches: [{ Name: "b", Branches: [{ Name: "long" }] }] };
    expect(passes(model, "Tree", deep)).to.equal(false);
    expect(passes(model, "Loop", { Loops: [{ Loops: [{}] }] })).to.equal(true);
  });
});
