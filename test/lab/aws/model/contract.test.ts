import { expect } from "chai";
import { modelOf, serviceNames } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import { size } from "#test/support/size.js";
import { Requests } from "../../endpoint/supportRequests.js";

describe("the validation of requests", () => {
  for (const service of serviceNames) {
    const model = modelOf(service);
    const requests = new Requests(service);
    for (const operation of Object.keys(model.operations)) {
      const input = model.operations[operation]?.input?.shape;
      if (input === undefined) continue;

      it(`accepts and refuses what ${service}:${operation} does`, () => {
        const broken = requests.broken(operation, size(10, 250));
        const valid = requests.valid(operation, size(10, Math.max(250, 500 - broken.length)));
        for (const message of valid) {
          expect(violations(model, input, message), JSON.stringify(message)).to.deep.equal([]);
        }
        for (const { message, path, constraint } of broken) {
          const found = violations(model, input, message).map((one) => [one.path, one.constraint]);
          expect(found, JSON.stringify(message)).to.deep.equal([[path, constraint]]);
        }
      });
    }
  }
});
