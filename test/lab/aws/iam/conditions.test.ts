import { expect } from "chai";
import { account, allow, decide, deny, otherAccount } from "./support.js";

type Values = string | boolean | readonly (string | boolean)[];
const source = (number: string, rest = "rule/a") => `arn:aws:events:us-east-1:${number}:${rest}`;
/** Operator, wanted values, the request's value, and whether a statement with the condition counts. */
const conditions: readonly (readonly [string, Values, string | undefined, boolean])[] = [
  ["StringEquals", "a", "a", true],
  ["StringEquals", "a", "A", false],
  ["StringEquals", "a*", "ab", false],
  ["StringEquals", `a\${*}`, "a*", true],
  ["StringEquals", "a", undefined, false],
  ["StringEquals", ["a", "b"], "b", true],
  ["StringEquals", ["a", "b"], "c", false],
  ["StringEquals", [], "c", false],
  ["StringEqualsIfExists", "a", "a", true],
  ["StringEqualsIfExists", "a", "b", false],
  ["StringEqualsIfExists", "a", undefined, true],
  ["StringNotEquals", "a", "b", true],
  ["StringNotEquals", "a", "a", false],
  ["StringNotEquals", `a\${*}`, "a*", false],
  ["StringNotEquals", ["a", "b"], "b", false],
  ["StringNotEquals", ["a", "b"], "c", true],
  ["StringNotEquals", "a", undefined, true],
  ["StringNotEqualsIfExists", "a", "a", false],
  ["StringNotEqualsIfExists", "a", undefined, true],
  ["StringLike", "a.x-*", "a.x-b:c", true],
  ["StringLike", "a.x-*", "a.hold", false],
  ["StringLike", `a\${*}`, "ab", false],
  ["StringLike", "*", "", true],
  ["StringLike", "*", undefined, false],
  ["StringLike", ["b?", "a*"], "ab", true],
  ["StringLikeIfExists", "a*", "b", false],
  ["StringLikeIfExists", "a*", undefined, true],
  ["StringNotLike", "a*", "b", true],
  ["StringNotLike", "a*", "ab", false],
  ["StringNotLike", ["b", "a*"], "ab", false],
  ["StringNotLike", "a*", undefined, true],
  ["StringNotLikeIfExists", "a*", "a", false],
  ["StringNotLikeIfExists", "a*", undefined, true],
  ["ArnLike", source(account, "rule/*"), source(account), true],
  ["ArnLike", source(account, "rule/*"), source(otherAccount), false],
  ["ArnLike", source("*", "a"), source("1", "rule:a"), false],
  ["ArnLike", source(account), undefined, false],
  ["ArnLike", "*", source(account), true],
  ["ArnLike", "arn:*:*:*:*:*", "arn:aws:events", false],
  ["ArnLikeIfExists", source(account), source(otherAccount), false],
  ["ArnLikeIfExists", source(account), undefined, true],
  ["ArnEquals", source(account), source(account), true],
  ["ArnEquals", source(account, "rule/*"), source(account), true],
  ["ArnEquals", source(account), source(otherAccount), false],
  ["ArnEquals", source(account), undefined, false],
  ["ArnEqualsIfExists", source(account), undefined, true],
  ["ArnNotLike", source(account, "rule/*"), source(otherAccount), true],
  ["ArnNotLike", source(account, "rule/*"), source(account), false],
  ["ArnNotLike", source(account), undefined, true],
  ["ArnNotLikeIfExists", source(account), source(account), false],
  ["ArnNotLikeIfExists", source(account), undefined, true],
  ["Bool", "true", "true", true],
  ["Bool", true, "true", true],
  ["Bool", "False", "false", true],
  ["Bool", "true", "false", false],
  ["Bool", "false", undefined, false],
  ["BoolIfExists", "false", "true", false],
  ["BoolIfExists", "false", undefined, true],
];

/** Operator, wanted values, the keys of the request's tags, and whether a statement with the condition counts. */
const sets: readonly (readonly [string, Values, readonly string[] | undefined, boolean])[] = [
  ["ForAllValues:StringEquals", ["a", "b"], ["a"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["b", "a"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
  ["ForAllValues:StringEquals", ["a"], ["A"], false],
  ["ForAllValues:StringEquals", ["a"], undefined, true],
  ["ForAllValues:StringEquals", ["a"], [], true],
  ["ForAllValues:StringEquals", ["a"], [""], true],
  ["ForAllValues:StringEquals", ["a"], ["", "b"], false],
  ["ForAllValues:StringEquals", [], ["a"], false],
  ["ForAllValues:StringEquals", [], [], true],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], false],
  ["ForAnyValue:StringEquals", ["a"], undefined, false],
  ["ForAnyValue:StringEquals", ["a"], [], false],
  ["ForAnyValue:StringEquals", ["", "a"], [""], false],
  ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], true],
  ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], false],
  ["ForAllValues:StringNotEquals", ["a"], undefined, true],
  ["ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], true],
  ["ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], false],
  ["ForAnyValue:StringNotEquals", ["a"], undefined, false],
  ["ForAllValues:StringLike", ["patchplane:*", "PatchGroup"], ["patchplane:owner", "PatchGroup"], true],
  ["ForAllValues:StringLike", ["patchplane:*"], ["patchplane:owner", "Name"], false],
  ["ForAnyValue:StringLike", ["patchplane:*"], ["Name", "patchplane:owner"], true],
  ["ForAnyValue:StringLike", ["patchplane:*"], ["Name"], false],
  ["ForAllValues:StringNotLike", ["aws:*"], ["Name"], true],
  ["ForAllValues:StringNotLike", ["aws:*"], ["Name", "aws:x"], false],
  ["ForAnyValue:StringNotLike", ["aws:*"], ["Name", "aws:x"], true],
  ["ForAnyValue:StringNotLike", ["aws:*"], ["aws:x"], false],
  ["ForAllValues:ArnLike", source(account, "*"), [source(account)], true],
  ["ForAllValues:ArnLike", source(account, "*"), [source(account), source(otherAccount)], false],
  ["ForAnyValue:ArnNotLike", source(account, "*"), [source(account), source(otherAccount)], true],
  ["ForAnyValue:Bool", true, ["false", "true"], true],
  ["ForAnyValue:Bool", true, ["false"], false],
  ["ForAnyValue:StringEqualsIfExists", ["a"], undefined, true],
  ["ForAnyValue:StringEqualsIfExists", ["a"], ["b"], false],
  ["ForAllValues:StringEqualsIfExists", ["a"], ["a", "b"], false],
  ["Null", "true", undefined, true],
  ["Null", "true", [], true],
  ["Null", "true", ["a"], false],
  ["Null", "false", ["a"], true],
  ["Null", false, ["a"], true],
  ["Null", "False", ["a"], true],
  ["Null", "TRUE", ["a"], false],
  ["Null", "false", undefined, false],
  ["Null", ["true", "false"], undefined, true],
  ["Null", [], undefined, false],
];

/** The block of conditions, the request's context, and whether a statement with the block counts. */
type Block = readonly [object, Readonly<Record<string, string | readonly string[]>>, boolean];
const onlyOurKeys = {
  "ForAllValues:StringEquals": { "aws:TagKeys": ["A"] },
  Null: { "aws:TagKeys": "false" },
};
const blocks: readonly Block[] = [
  [{}, {}, true],
  [{ StringEquals: {} }, {}, true],
  [{ StringEquals: { "aws:SourceAccount": "1" } }, { "AWS:SOURCEACCOUNT": "1" }, true],
  [{ StringEquals: { "AWS:sourceaccount": "1" } }, { "aws:SourceAccount": "1" }, true],
  [{ StringLike: { "ssm:resourceTag/Tier": "a" } }, { "ssm:resourceTag/Tier": "a" }, true],
  [{ StringLike: { "ssm:resourceTag/Tier": "a" } }, { "ssm:resourceTag/Tiers": "a" }, false],
  [
    { StringLike: { "ssm:resourceTag/A": "a", "ssm:resourceTag/B": "b" } },
    { "ssm:resourceTag/A": "a", "ssm:resourceTag/B": "b" },
    true,
  ],
  [
    { StringLike: { "ssm:resourceTag/A": "a", "ssm:resourceTag/B": "b" } },
    { "ssm:resourceTag/A": "a", "ssm:resourceTag/B": "c" },
    false,
  ],
  [
    { StringEquals: { "ssm:resourceTag/A": "a" }, StringNotEquals: { "ssm:resourceTag/A": "a" } },
    { "ssm:resourceTag/A": "a" },
    false,
  ],
  [{ ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/a*` } }, {}, true],
  [{ StringEquals: { "aws:RequestTag/A": "a" } }, { "aws:RequestTag/A": "a" }, true],
  [{ StringEquals: { "aws:RequestTag/A": "a" } }, { "aws:ResourceTag/A": "a" }, false],
  [{ Null: { "aws:RequestTag/A": "true" } }, { "aws:RequestTag/B": "a" }, true],
  [{ Null: { "aws:RequestTag/A": "true" } }, { "aws:RequestTag/A": "" }, false],
  [{ StringLike: { "s3:prefix": ["exclusions/*", "plans/*"] } }, { "s3:prefix": "exclusions/a" }, true],
  [{ StringLike: { "s3:prefix": ["exclusions/*", "plans/*"] } }, { "s3:prefix": "status/a" }, false],
  [{ StringLike: { "s3:prefix": ["exclusions/*", "plans/*"] } }, {}, false],
  [{ "ForAnyValue:StringEquals": { "aws:SourceAccount": ["1", "2"] } }, { "aws:SourceAccount": "2" }, true],
  [{ "ForAllValues:StringEquals": { "aws:SourceAccount": ["1"] } }, { "aws:SourceAccount": "2" }, false],
  [onlyOurKeys, { "aws:TagKeys": ["A"] }, true],
  [onlyOurKeys, { "aws:TagKeys": ["A", "B"] }, false],
  [onlyOurKeys, {}, false],
  // No policy can ask this of a key that has several values, but a request may yet answer with a list.
  [{ StringEquals: { "aws:SourceAccount": "1" } }, { "aws:SourceAccount": ["2", "1"] }, true],
  [{ StringNotEquals: { "aws:SourceAccount": "1" } }, { "aws:SourceAccount": ["2", "1"] }, false],
];

describe("conditions of IAM", () => {
  for (const [operator, wanted, given, passes] of conditions) {
    it(`${operator} ${JSON.stringify(wanted)} ${passes ? "passes" : "fails"} with ${given ?? "no key"}`, () => {
      const Condition = { [operator]: { "aws:SourceArn": wanted } };
      const context = given === undefined ? {} : { "aws:SourceArn": given };
      expect(decide({ own: [allow({ Condition })], context }).allowed).to.equal(passes);
      expect(decide({ own: [allow(), deny({ Condition })], context }).allowed).to.equal(!passes);
    });
  }

  for (const [operator, wanted, given, passes] of sets) {
    const what = given === undefined ? "no key" : JSON.stringify(given);
    it(`${operator} ${JSON.stringify(wanted)} ${passes ? "passes" : "fails"} with ${what}`, () => {
      const Condition = { [operator]: { "aws:TagKeys": wanted } };
      const context = given === undefined ? {} : { "aws:TagKeys": given };
      expect(decide({ own: [allow({ Condition })], context }).allowed).to.equal(passes);
      expect(decide({ own: [allow(), deny({ Condition })], context }).allowed).to.equal(!passes);
    });
  }

  for (const [Condition, context, passes] of blocks) {
    it(`${JSON.stringify(Condition)} ${passes ? "passes" : "fails"} with ${JSON.stringify(context)}`, () => {
      expect(decide({ own: [allow({ Condition })], context }).allowed).to.equal(passes);
    });
  }
});
