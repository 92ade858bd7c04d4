import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import { scopeOf } from "#lab/endpoint/signature.js";
import { authorization, wireRequest } from "./supportWire.js";

/** Whose request it is, where and of which service, or the code that it is refused with. */
function scope(header: string | undefined, query = ""): string {
  const headers: Record<string, string> = header === undefined ? {} : { authorization: header };
  try {
    const { accessKeyId, region, service } = scopeOf(wireRequest("GET", `/?${query}`, { headers }));
    return `${accessKeyId} ${region} ${service}`;
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}`;
    throw error;
  }
}

describe("the scope of a request", () => {
  const signed = (credential: string) =>
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  const headers: readonly (readonly [header: string | undefined, scope: string])[] = [
    [authorization("AKID", "ssm"), "AKID us-east-1 ssm"],
    [signed("AKID/20260601/eu-west-1/s3/aws4_request"), "AKID eu-west-1 s3"],
    [
      signed("AKID/20260601/us-gov-west-1/resource-groups/aws4_request"),
      "AKID us-gov-west-1 resource-groups",
    ],
    [
      "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=AKID/20260601/a-1/sts/aws4_request,Signature=0",
      "AKID a-1 sts",
    ],
    ["AWS4-HMAC-SHA256 Credential=AKID/20260601/a-1/sts/aws4_request", "AKID a-1 sts"],
    [undefined, "403 MissingAuthenticationToken"],
    ["", "403 IncompleteSignature"],
    ["Basic YTpi", "403 IncompleteSignature"],
    ["Bearer x", "403 IncompleteSignature"],
    ["AWS AKID:signature", "403 IncompleteSignature"],
    [signed(""), "403 IncompleteSignature"],
    [signed("AKID"), "403 IncompleteSignature"],
    [signed("AKID/20260601/us-east-1/aws4_request"), "403 IncompleteSignature"],
    [signed("AKID/20260601/us-east-1/ssm/aws4_request2"), "403 IncompleteSignature"],
    [signed("AKID/2026-06-01/us-east-1/ssm/aws4_request"), "403 IncompleteSignature"],
    [signed("AKID/20260601//ssm/aws4_request"), "403 IncompleteSignature"],
    [signed("AKID/20260601/../ssm/aws4_request"), "403 IncompleteSignature"],
    [signed(`AKID/20260601/${"a".repeat(31)}/ssm/aws4_request`), "403 IncompleteSignature"],
    [`XCredential=AKID/20260601/us-east-1/ssm/aws4_request`, "403 IncompleteSignature"],
  ];
  for (const [header, expected] of headers) {
    it(`is ${expected} for the header ${header}`, () => {
      expect(scope(header)).to.equal(expected);
    });
  }

  it("stands in the query of a presigned address", () => {
    const credential = encodeURIComponent("AKID/20260601/eu-west-1/s3/aws4_request");
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Signature=0`;
    expect(scope(undefined, query)).to.equal("AKID eu-west-1 s3");
    expect(scope(undefined, `${query}&X-Amz-Expires=604800`)).to.equal("AKID eu-west-1 s3");
    for (const life of ["604801", "0", "-1", "x"])
      expect(scope(undefined, `${query}&X-Amz-Expires=${life}`)).to.equal(
        "400 AuthorizationQueryParametersError",
      );
    expect(scope(undefined, "X-Amz-Credential=AKID")).to.equal("403 IncompleteSignature");
    expect(scope(undefined, "X-Amz-Signature=0")).to.equal("403 MissingAuthenticationToken");
  });
});
