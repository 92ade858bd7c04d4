import { expect } from "chai";
import { stsHandlers } from "#lab/endpoint/services/sts.js";
import { account } from "../../support.js";

describe("sts:GetCallerIdentity", () => {
  it("tells whose access key it is", () => {
    const { account: own, region } = account([]);
    const arn = `arn:aws:sts::${own.id}:assumed-role/reader/session`;
    const identity = own.credentials.find(
      own.credentials.issue("ASIA", { arn, userId: "AROA1:session", caller: () => own.iam.owner })
        .accessKeyId,
    );
    const { owner } = own.iam;
    expect(stsHandlers.GetCallerIdentity({}, { region, caller: owner, identity })).to.deep.equal({
      UserId: "AROA1:session",
      Account: own.id,
      Arn: arn,
    });
    expect(() => stsHandlers.GetCallerIdentity({}, { region, caller: owner })).to.throw("nobody has signed");
  });
});
