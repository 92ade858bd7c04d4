import { expect } from "chai";
import {
  type ModelledService,
  modelOf,
  namedAs,
  requestShape,
  type ServiceModel,
  serviceNames,
  shapeOf,
} from "#lab/aws/model/model.js";
import { deployedOperations, servedOperations } from "#lab/aws/model/operations.js";

/** The shapes that a model's operations and shapes speak of. */
function references({ operations, shapes }: ServiceModel): string[] {
  const ofOperations = Object.values(operations).flatMap(({ input, output }) => [
    input?.shape,
    output?.shape,
  ]);
  const ofShapes = Object.values(shapes).flatMap(({ member, key, value, members = {} }) =>
    [member, key, value, ...Object.values(members)].map((ref) => ref?.shape),
  );
  return [...ofOperations, ...ofShapes].filter((name) => name !== undefined);
}

/** Shapes that contain themselves, below one. */
function recursive(model: ServiceModel, name: string, above: readonly string[] = []): string[] {
  if (above.includes(name)) return [name];
  const { member, key, value, members = {} } = shapeOf(model, name);
  const below = [member, key, value, ...Object.values(members)].flatMap((ref) => ref?.shape ?? []);
  return below.flatMap((other) => recursive(model, other, [...above, name]));
}

describe("the official models", () => {
  it("are those of the services that the lab serves, with their protocols", () => {
    expect(serviceNames.map((name) => [name, modelOf(name).metadata.protocol])).to.deep.equal([
      ["ssm", "json"],
      ["tagging", "json"],
      ["resource-groups", "rest-json"],
      ["s3", "rest-xml"],
      ["lambda", "rest-json"],
      ["logs", "json"],
      ["scheduler", "rest-json"],
      ["sns", "query"],
      ["sts", "query"],
      ["ec2", "ec2"],
      ["cloudwatch", "json"],
      ["events", "json"],
      ["iam", "query"],
      ["kms", "json"],
      ["sqs", "json"],
    ]);
  });

  it("have the operations that are served, and no other", () => {
    expect(Object.keys(servedOperations).map(namedAs)).to.have.members([...serviceNames]);
    for (const [name, served] of Object.entries(servedOperations)) {
      expect(Object.keys(modelOf(namedAs(name) ?? "ssm").operations), name).to.have.members([...served]);
    }
  });

  for (const service of serviceNames) {
    it(`bound how deep a message of ${service} is nested`, () => {
      const model = modelOf(service);
      const roots = Object.values(model.operations).flatMap(({ input, output }) => [input, output]);
      const names = new Set(roots.flatMap((ref) => ref?.shape ?? []));
      expect([...names].flatMap((name) => recursive(model, name))).to.deep.equal([]);
    });
  }

  const modelled = new Set([...serviceNames, ...Object.keys(deployedOperations)]) as Set<ModelledService>;
  for (const service of modelled) {
    it(`have every shape of ${service} that another or a deployment speaks of, and no other`, () => {
      const model = modelOf(service);
      const deployed = deployedOperations[service] ?? [];
      expect(Object.keys(model.requests ?? {})).to.deep.equal([...deployed]);
      const all = [...references(model), ...deployed.map((operation) => requestShape(model, operation))];
      expect([...new Set(all)].sort()).to.deep.equal(Object.keys(model.shapes).sort());
    });

    it(`require of ${service} no member that is not there`, () => {
      for (const [name, { required = [], members = {} }] of Object.entries(modelOf(service).shapes)) {
        expect(Object.keys(members), name).to.include.members([...required]);
      }
    });
  }

  it("know limits, required members and errors", () => {
    const ssm = modelOf("ssm");
    expect(shapeOf(ssm, "MaintenanceWindowDurationHours")).to.deep.equal({
      type: "integer",
      min: 1,
      max: 24,
    });
    expect(shapeOf(ssm, "CreateMaintenanceWindowRequest").required).to.deep.equal([
      "Name",
      "Schedule",
      "Duration",
      "Cutoff",
      "AllowUnassociatedTargets",
    ]);
    expect(modelOf("resource-groups").operations.GetGroup?.errors?.NotFoundException).to.deep.equal({
      code: "NotFoundException",
      status: 404,
    });
  });

  it("do not know what is not served", () => {
    expect(modelOf("ssm").operations).to.not.have.property("PutParameter");
    expect(() => shapeOf(modelOf("ssm"), "PutParameterRequest")).to.throw(
      "the model has no shape PutParameterRequest",
    );
  });

  it("are read once", () => {
    expect(modelOf("sts")).to.equal(modelOf("sts"));
  });
});
