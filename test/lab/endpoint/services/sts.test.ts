import { expect } from "chai";
import type { ServiceName } from "#lab/aws/model/model.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { stsHandlers } from "#lab/endpoint/services/sts.js";
import { makeRole } from "../../aws/ssm/automation/locationSupport.js";
import { account, hour, node } from "../../support.js";
import { wireOf } from "../supportWire.js";

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

const member = "210987654321";

/** A function of the stack's account that may take on a role of another one, which trusts it unless a test says otherwise. */
function assumption({ may = ["sts:AssumeRole"], trusts = "reader" } = {}) {
  const { account: own, clock } = account([node({ account: member }), node()]);
  const other = own.account(member);
  if (other === undefined) throw new RangeError(`there is no account ${member}`);
  const lambda = { Service: "lambda.amazonaws.com" };
  const reader = makeRole(own, "reader", [lambda], may);
  makeRole(own, "stranger", [lambda], may);
  const RoleArn = makeRole(
    other,
    "counted",
    [{ AWS: `arn:aws:iam::${own.id}:role/${trusts}` }],
    ["ssm:DescribeInstanceInformation"],
  );
  const api = new Api(own);
  const calls: string[] = [];
  const { accessKeyId } = own.credentials.issue("ASIA", {
    arn: `arn:aws:sts::${own.id}:assumed-role/reader/function`,
    userId: "AROA1:function",
    caller: () => own.iam.session(reader),
    onCall: (action) => calls.push(action),
  });
  const ask = async (key: string, service: ServiceName, operation: string, input: object) => {
    const request = wireOf(service, operation, input as Record<string, unknown>, key);
    if (request === undefined) throw new RangeError(`${operation} cannot be written`);
    const outcome = await api.answer(request);
    if (outcome.kind !== "answer") throw new Error(outcome.kind);
    return { status: outcome.response.status, body: String(outcome.response.body) };
  };
  const assume = (more: object = {}) =>
    ask(accessKeyId, "sts", "AssumeRole", { RoleArn, RoleSessionName: "counts", ...more });
  return { own, other, clock, calls, ask, assume, RoleArn };
}

const keyOf = ({ body }: { readonly body: string }) => /<AccessKeyId>([^<]+)</.exec(body)?.[1] ?? "";

// API reference, AssumeRole; IAM user guide, Cross-account policy evaluation logic and role chaining.
describe("sts:AssumeRole", () => {
  it("gives a key of the role's account, with the role's rights and no others, for an hour", async () => {
    const { assume, ask, calls, clock } = assumption();
    const key = keyOf(await assume());
    expect((await ask(key, "sts", "GetCallerIdentity", {})).body).to.contain(
      `<Arn>arn:aws:sts::${member}:assumed-role/counted/counts</Arn>`,
    );
    const nodes = await ask(key, "ssm", "DescribeInstanceInformation", {});
    expect(nodes.status, nodes.body).to.equal(200);
    expect((await ask(key, "ssm", "ListCommands", {})).body).to.match(/AccessDenied.*role\/counted is not/);
    expect(calls.slice(0, 3)).to.deep.equal([
      "sts:AssumeRole",
      "sts:GetCallerIdentity",
      "ssm:DescribeInstanceInformation",
    ]);
    await clock.advanceTo(clock.now + hour);
    expect((await ask(key, "ssm", "DescribeInstanceInformation", {})).body).to.contain("ExpiredToken");
  });

  it("knows what is in the role's account, and nothing of the caller's", async () => {
    const { assume, ask } = assumption();
    const key = keyOf(await assume());
    const { body } = await ask(key, "ssm", "DescribeInstanceInformation", {});
    const ids = JSON.parse(body).InstanceInformationList.map((one: { InstanceId: string }) => one.InstanceId);
    expect(ids).to.deep.equal(["i-00000000000000000"]);
  });

  for (const [what, wishes, more, expected] of [
    [
      "a role that trusts another one",
      { trusts: "stranger" },
      {},
      /AccessDenied.*role\/reader is not authorized to perform: sts:AssumeRole/s,
    ],
    ["a role that the caller's own policy does not name", { may: ["ssm:ListCommands"] }, {}, /AccessDenied/],
    ["a role that there is not", {}, { RoleArn: `arn:aws:iam::${member}:role/none` }, /AccessDenied/],
    [
      "a role of an account that there is not",
      {},
      { RoleArn: "arn:aws:iam::333333333333:role/counted" },
      /AccessDenied/,
    ],
    ["more than an hour", {}, { DurationSeconds: 3601 }, /role chaining/],
    ["a policy of the session's own", {}, { Policy: "{}" }, /NotModelled/],
  ] as [string, Parameters<typeof assumption>[0], object, RegExp][])
    it(`refuses ${what}`, async () => {
      const { status, body } = await assumption(wishes).assume(more);
      expect(status).to.be.within(400, 403);
      expect(body).to.match(expected);
    });
});
