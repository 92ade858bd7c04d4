import { expect } from "chai";
import fc from "fast-check";
import { AwsError, NotModelledError } from "#lab/aws/base/errors.js";
import { operators, readPolicy } from "#lab/aws/iam/policy.js";
import { size } from "#test/support/size.js";
import { document } from "./support.js";

const malformed = "MalformedPolicyDocument";
const notModelled = "NotModelledError";
const statement = (changes: object) =>
  document([{ Sid: "S", Effect: "Allow", Action: "a:b", Resource: "*", ...changes }]);
const condition = (operator: string, key: string, value: unknown) =>
  statement({ Condition: { [operator]: { [key]: value } } });

/** A document, the error that refuses it, and what the error must name. */
const refusals: Readonly<Record<string, readonly [json: string, code: string, named: string]>> = {
  "an unknown operator": [condition("NumericEquals", "aws:SourceArn", "1"), notModelled, "NumericEquals"],
  "an operator of another spelling": [
    condition("stringequals", "aws:SourceArn", "1"),
    notModelled,
    "stringequals",
  ],
  "an operator that objects have by nature": [
    condition("toString", "aws:SourceArn", "1"),
    notModelled,
    "toString",
  ],
  "IfExists alone": [condition("IfExists", "aws:SourceArn", "1"), notModelled, "IfExists"],
  "IfExists twice": [
    condition("BoolIfExistsIfExists", "aws:SourceArn", "1"),
    notModelled,
    "BoolIfExistsIfExists",
  ],
  "a date operator": [condition("DateLessThan", "aws:SourceArn", "1"), notModelled, "DateLessThan"],
  "an unknown set operator": [
    condition("ForNoValue:StringEquals", "aws:TagKeys", "1"),
    notModelled,
    "ForNoValue:StringEquals",
  ],
  "a set operator of another spelling": [
    condition("forAnyValue:StringEquals", "aws:TagKeys", "1"),
    notModelled,
    "forAnyValue:StringEquals",
  ],
  "a set operator alone": [condition("ForAnyValue:", "aws:TagKeys", "1"), notModelled, "ForAnyValue:"],
  "a set operator on an unknown operator": [
    condition("ForAllValues:NumericEquals", "aws:TagKeys", "1"),
    notModelled,
    "ForAllValues:NumericEquals",
  ],
  "a set operator on Null": [
    condition("ForAllValues:Null", "aws:TagKeys", "true"),
    notModelled,
    "ForAllValues:Null",
  ],
  "Null with IfExists": [condition("NullIfExists", "aws:TagKeys", "true"), notModelled, "NullIfExists"],
  "Null with neither true nor false": [condition("Null", "aws:TagKeys", "no"), malformed, "got no"],
  "many values without a set operator": [
    condition("StringEquals", "AWS:tagkeys", "a"),
    notModelled,
    "StringEquals without a set operator on the values of AWS:tagkeys",
  ],
  "a key of S3 that the lab's requests do not have": [
    condition("StringEquals", "s3:delimiter", "/"),
    notModelled,
    "s3:delimiter",
  ],
  "an unknown condition key": [condition("StringEquals", "aws:UserAgent", "1"), notModelled, "aws:UserAgent"],
  "a key that only begins like a known one": [
    condition("StringEquals", "aws:SourceArns", "1"),
    notModelled,
    "aws:SourceArns",
  ],
  "a key that a record would lose": [
    statement({}).replace('"Sid"', '"Condition":{"StringEquals":{"__proto__":"x"}},"Sid"'),
    malformed,
    "__proto__",
  ],
  "an operator that a record would lose": [
    statement({}).replace('"Sid"', '"Condition":{"__proto__":{"aws:SourceArn":"x"}},"Sid"'),
    malformed,
    "__proto__",
  ],
  "a condition value that is a number": [
    condition("StringEquals", "aws:SourceAccount", 1),
    malformed,
    "aws:SourceAccount",
  ],
  "part of an ARN in a condition": [
    condition("ArnLike", "aws:SourceArn", "arn:aws:ssm"),
    notModelled,
    "arn:aws:ssm",
  ],
  "a variable in a condition": [
    condition("StringLike", "aws:SourceArn", `a/\${aws:username}`),
    notModelled,
    `\${aws:username}`,
  ],
  "a variable in a resource": [
    statement({ Resource: `arn:aws:s3:::b/\${aws:username}` }),
    notModelled,
    `\${aws:username}`,
  ],
  "a variable in an action": [statement({ Action: `s3:\${aws:username}` }), notModelled, `\${aws:username}`],
  "a variable that does not end": [statement({ Resource: `arn:aws:s3:::b/\${*` }), notModelled, `\${*`],
  "part of an ARN as a resource": [
    statement({ Resource: "arn:aws:ssm:us-east-1:*" }),
    notModelled,
    "arn:aws:ssm:us-east-1:*",
  ],
  "an action without a service": [statement({ Action: "SendCommand" }), malformed, "SendCommand"],
  "a statement about no resource and nobody": [
    document([{ Sid: "S", Effect: "Allow", Action: "a:b" }]),
    malformed,
    "names neither a Resource nor a Principal",
  ],
  NotAction: [statement({ NotAction: "a:c" }), malformed, "NotAction"],
  NotResource: [statement({ NotResource: "*" }), malformed, "NotResource"],
  NotPrincipal: [statement({ NotPrincipal: { AWS: "1" } }), malformed, "NotPrincipal"],
  "a federated principal": [
    statement({ Principal: { Federated: "accounts.example.com" } }),
    notModelled,
    "Federated",
  ],
  "a user": [
    statement({ Principal: { AWS: "arn:aws:iam::123456789012:user/someone" } }),
    notModelled,
    "user/someone",
  ],
  "a wildcard within a principal": [
    statement({ Principal: { AWS: "arn:aws:iam::123456789012:role/*" } }),
    notModelled,
    "role/*",
  ],
  "any service": [statement({ Principal: { Service: "*" } }), notModelled, "the principal Service *"],
  "a principal that is a text": [statement({ Principal: "123456789012" }), malformed, "Principal"],
  "no action": [document([{ Effect: "Allow", Resource: "*" }]), malformed, "Statement[0].Action"],
  "another effect": [statement({ Effect: "allow" }), malformed, "Statement[0].Effect"],
  "the fault of a second statement": [
    document([{ Effect: "Deny", Action: "a:b", Resource: "*" }, { Effect: "Deny" }]),
    malformed,
    "Statement[1].Action",
  ],
  "a fault of the only statement": [
    JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: 1, Resource: "*" } }),
    malformed,
    "Statement[0].Action",
  ],
  "no statement": ['{"Version":"2012-10-17"}', malformed, "Statement"],
  "another version": ['{"Version":"2008-10-17","Statement":[]}', malformed, "Version"],
  "no version": ['{"Statement":[]}', malformed, "Version"],
  "what is not JSON": ["{'Version'}", malformed, "not JSON"],
  "an empty text": ["", malformed, "not JSON"],
  null: ["null", malformed, "expected object"],
  "10 kB of brackets": ["[".repeat(10_240), malformed, "not JSON"],
  "10 kB of nested lists": ["[".repeat(5120) + "]".repeat(5120), malformed, "p:"],
  "10 kB of text": ["${*".repeat(3414), malformed, "not JSON"],
  "10 kB of a variable": [
    statement({ Resource: `arn:aws:s3:::\${${"{".repeat(10_240)}` }),
    notModelled,
    "{{",
  ],
};

function failure(json: string): unknown {
  try {
    readPolicy("p", json);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("policies of IAM", () => {
  for (const [what, [json, code, named]] of Object.entries(refusals)) {
    it(`${what} is refused with ${code}`, () => {
      const error = failure(json);
      if (!(error instanceof Error)) throw new Error("it was taken");
      expect(error.name).to.equal(code);
      expect(error.message).to.contain(named);
    });
  }

  it("are read with their actions and keys in lower case, and one value as a list of one", () => {
    const json = JSON.stringify({
      Version: "2012-10-17",
      Id: "id",
      Statement: {
        Effect: "Deny",
        Principal: { AWS: ["123456789012", "*"], Service: "sns.amazonaws.com" },
        Action: "SNS:Publish",
        Condition: {
          BoolIfExists: { "aws:SecureTransport": false },
          "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["A"] },
          Null: { "aws:RequestTag/A": true },
        },
      },
    });
    expect(readPolicy("p", json)).to.deep.equal({
      name: "p",
      statements: [
        {
          sid: "statement 1",
          effect: "Deny",
          principals: [
            { kind: "AWS", value: "123456789012" },
            { kind: "*", value: "*" },
            { kind: "Service", value: "sns.amazonaws.com" },
          ],
          actions: ["sns:publish"],
          resources: ["*"],
          conditions: [
            {
              operator: "Bool",
              set: undefined,
              key: "aws:securetransport",
              values: ["false"],
              ifExists: true,
            },
            {
              operator: "StringLike",
              set: "ForAnyValue",
              key: "aws:tagkeys",
              values: ["A"],
              ifExists: true,
            },
            { operator: "Null", set: undefined, key: "aws:requesttag/a", values: ["true"], ifExists: false },
          ],
        },
      ],
    });
  });

  /** Values that are policies, nearly policies, or nothing of the kind. */
  const { policy } = fc.letrec((tie) => {
    const part = (value: fc.Arbitrary<unknown>) => fc.oneof({ weight: 6, arbitrary: value }, fc.jsonValue());
    const text = fc.oneof(
      fc.constantFrom(
        "*",
        "ssm:SendCommand",
        "arn:aws:s3:::b/*",
        "${aws:username}",
        "${*}",
        "${",
        "__proto__",
      ),
      fc.string(),
    );
    const values = part(fc.oneof(text, fc.array(text)));
    const operator = fc.constantFrom(
      ...Object.keys(operators),
      "BoolIfExists",
      "Null",
      "ForAllValues:StringLike",
      "ForAnyValue:BoolIfExists",
      "__proto__",
      "toString",
    );
    const key = fc.constantFrom("aws:SourceArn", "AWS:sourceaccount", "aws:TagKeys", "__proto__", "x");
    return {
      statement: fc.record(
        {
          Sid: part(fc.string()),
          Effect: part(fc.constantFrom("Allow", "Deny")),
          Principal: part(
            fc.oneof(fc.constant("*"), fc.dictionary(fc.constantFrom("AWS", "Service", "Federated"), values)),
          ),
          Action: values,
          Resource: values,
          NotAction: values,
          Condition: part(fc.dictionary(operator, part(fc.dictionary(key, values)))),
        },
        { requiredKeys: ["Effect", "Action", "Resource"] },
      ),
      policy: fc.record({
        Version: part(fc.constant("2012-10-17")),
        Statement: part(fc.oneof(tie("statement"), fc.array(tie("statement"), { maxLength: 3 }))),
      }),
    };
  });

  for (const [kind, texts] of Object.entries({
    "any JSON": fc.json(),
    "any text": fc.string(),
    "what looks like a policy": policy.map((value) => JSON.stringify(value)),
  })) {
    it(`fail on ${kind} with an error of AWS or a refusal, if they fail`, () => {
      fc.assert(
        fc.property(texts, (json) => {
          const error = failure(json);
          if (error instanceof AwsError) expect(error.code).to.equal(malformed);
          else if (error !== undefined) expect(error).to.be.instanceOf(NotModelledError);
        }),
        { numRuns: size(10, 500) },
      );
    });
  }
});
