import { expect } from "chai";
import { NotModelledError } from "#lab/aws/base/errors.js";
import { type ServiceName, serviceNames } from "#lab/aws/model/model.js";
import { accessNeeds, accessTable } from "#lab/endpoint/access/index.js";
import { account, homeRegion } from "../../support.js";
import { otherNeeds } from "./otherNeeds.js";
import { ssmNeeds } from "./ssmNeeds.js";

const ssmArn = `arn:aws:ssm:${homeRegion}:123456789012:`;
const table = { ssm: ssmNeeds, ...otherNeeds };

describe("what operations need of IAM", () => {
  const world = account([]);
  const context = { region: world.region, caller: world.account.iam.owner };
  const needs = (service: ServiceName, operation: string, input: object) =>
    accessNeeds(service, operation, input, context);

  for (const service of serviceNames) {
    for (const [operation, input, ...expected] of table[service]) {
      it(`${service} ${operation} ${JSON.stringify(input)}`, () => {
        const found = needs(service, operation, input);
        expect(found.map(({ action, resource }) => `${action} ${resource.replace(ssmArn, "~")}`)).to.eql(
          expected,
        );
        for (const { context: keys } of found) expect(keys).to.include({ "aws:RequestedRegion": homeRegion });
      });
    }

    it(`${service}: each operation has a row above`, () => {
      const known = Object.keys(accessTable[service]).sort();
      expect([...new Set(table[service].map(([operation]) => operation))].sort()).to.eql(known);
    });
  }

  it("are refused for an operation that the table does not have", () => {
    for (const operation of ["PutParameter", "toString", ""])
      expect(() => needs("ssm", operation, {})).to.throw(NotModelledError, `for ${operation} of ssm`);
  });
});
