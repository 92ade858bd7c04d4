import { expect } from "chai";
import { wireRequest } from "../supportWire.js";
import { reading, type Service } from "./restSupport.js";

describe("the operation of a REST request", () => {
  const Bucket = "bucket";
  const routes: readonly (readonly [
    service: Service,
    request: string,
    operation: string,
    members: object,
  ])[] = [
    ["s3", "GET /", "ListBuckets", {}],
    ["s3", "GET /?x-id=ListBuckets", "ListBuckets", {}],
    ["s3", "GET /?prefix=a&max-buckets=3", "ListBuckets", { Prefix: "a", MaxBuckets: 3 }],
    ["s3", "HEAD /bucket", "HeadBucket", { Bucket }],
    ["s3", "HEAD /bucket/", "HeadBucket", { Bucket }],
    ["s3", "GET /bucket?location", "GetBucketLocation", { Bucket }],
    ["s3", "GET /bucket/?location=", "GetBucketLocation", { Bucket }],
    ["s3", "GET /bucket?versioning", "GetBucketVersioning", { Bucket }],
    ["s3", "GET /bucket/?versioning", "GetBucketVersioning", { Bucket }],
    ["s3", "GET /bucket?list-type=2", "ListObjectsV2", { Bucket }],
    ["s3", "GET /bucket/?list-type=2&max-keys=0", "ListObjectsV2", { Bucket, MaxKeys: 0 }],
    ["s3", "GET /bucket?prefix=a%2Fb+c%2B&list-type=2", "ListObjectsV2", { Bucket, Prefix: "a/b c+" }],
    ["s3", "GET /bucket?list-type=2&delimiter=", "ListObjectsV2", { Bucket, Delimiter: "" }],
    ["s3", "GET /bucket?versions", "ListObjectVersions", { Bucket }],
    [
      "s3",
      "GET /bucket?versions&key-marker=k&max-keys=1",
      "ListObjectVersions",
      { Bucket, KeyMarker: "k", MaxKeys: 1 },
    ],
    ["s3", "PUT /bucket/key", "PutObject", { Bucket, Key: "key" }],
    ["s3", "PUT /bucket/key?x-id=PutObject", "PutObject", { Bucket, Key: "key" }],
    ["s3", "GET /bucket/key", "GetObject", { Bucket, Key: "key" }],
    ["s3", "GET /bucket/key?versionId=v", "GetObject", { Bucket, Key: "key", VersionId: "v" }],
    ["s3", "GET /bucket/key?X-Amz-Algorithm=a&X-Amz-Signature=b", "GetObject", { Bucket, Key: "key" }],
    ["s3", "HEAD /bucket/key", "HeadObject", { Bucket, Key: "key" }],
    ["s3", "DELETE /bucket/key?versionId=null", "DeleteObject", { Bucket, Key: "key", VersionId: "null" }],
    // Keys are texts, and no paths of a file system.
    ["s3", "GET /bucket/a/b/c", "GetObject", { Bucket, Key: "a/b/c" }],
    ["s3", "GET /bucket/a/", "GetObject", { Bucket, Key: "a/" }],
    ["s3", "GET /bucket//", "GetObject", { Bucket, Key: "/" }],
    ["s3", "GET /bucket//a//b", "GetObject", { Bucket, Key: "/a//b" }],
    ["s3", "GET /bucket/..", "GetObject", { Bucket, Key: ".." }],
    ["s3", "GET /bucket/../../etc/passwd", "GetObject", { Bucket, Key: "../../etc/passwd" }],
    ["s3", "GET /bucket/%2e%2e/.%2F", "GetObject", { Bucket, Key: ".././" }],
    ["s3", "GET /bucket/a%2Fb", "GetObject", { Bucket, Key: "a/b" }],
    ["s3", "GET /bucket/a%252Fb", "GetObject", { Bucket, Key: "a%2Fb" }],
    ["s3", "GET /bucket/a+b%20c%2B", "GetObject", { Bucket, Key: "a+b c+" }],
    ["s3", "GET /bucket/%E6%97%A5%E6%9C%AC/%F0%9D%92%9C", "GetObject", { Bucket, Key: "日本/𝒜" }],
    ["s3", "GET /bucket/%00%0A", "GetObject", { Bucket, Key: "\0\n" }],
    ["s3", "GET /bucket/key%3Facl", "GetObject", { Bucket, Key: "key?acl" }],
    ["s3", "GET /bucket/location", "GetObject", { Bucket, Key: "location" }],
    ["s3", "GET /__proto__/constructor", "GetObject", { Bucket: "__proto__", Key: "constructor" }],
    ["lambda", "GET /2015-03-31/functions", "ListFunctions", {}],
    ["lambda", "GET /2015-03-31/functions/", "ListFunctions", {}],
    [
      "lambda",
      "GET /2015-03-31/functions?MaxItems=2&Marker=m",
      "ListFunctions",
      { MaxItems: 2, Marker: "m" },
    ],
    ["s3", "GET /bucket", "ListObjects", { Bucket: "bucket" }],
    ["s3", "GET /bucket?marker=m&prefix=p", "ListObjects", { Bucket: "bucket", Marker: "m", Prefix: "p" }],
    ["s3", "GET /bucket/key?tagging", "GetObjectTagging", { Bucket: "bucket", Key: "key" }],
    ["lambda", "GET /2015-03-31/functions/f", "GetFunction", { FunctionName: "f" }],
    [
      "lambda",
      "GET /2015-03-31/functions/f?Qualifier=1",
      "GetFunction",
      { FunctionName: "f", Qualifier: "1" },
    ],
    [
      "lambda",
      "GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/configuration",
      "GetFunctionConfiguration",
      { FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f" },
    ],
    ["lambda", "POST /2015-03-31/functions/f/invocations", "Invoke", { FunctionName: "f" }],
    ["resource-groups", "POST /get-group", "GetGroup", {}],
    ["resource-groups", "POST /get-group-query", "GetGroupQuery", {}],
    ["resource-groups", "POST /list-group-resources", "ListGroupResources", {}],
    ["resource-groups", "POST /groups-list?maxResults=5", "ListGroups", { MaxResults: 5 }],
  ];
  for (const [service, text, operation, members] of routes) {
    it(`is ${service}:${operation} for ${text}`, () => {
      const [method = "", url = ""] = text.split(" ");
      expect(reading(service, wireRequest(method, url))).to.deep.equal([operation, members]);
    });
  }

  const refused: readonly (readonly [service: Service, request: string, outcome: string])[] = [
    ["s3", "GET /bucket?list-type=1", "ListObjects: the lab does not model list-type of this request"],
    ["s3", "GET /bucket?acl", "ListObjects: the lab does not model acl of this request"],
    ["s3", "GET /bucket?acl&x-id=GetBucketAcl", "no GetBucketAcl"],
    ["s3", "GET /bucket?uploads", "ListObjects: the lab does not model uploads of this request"],
    ["s3", "GET /bucket?tagging", "ListObjects: the lab does not model tagging of this request"],
    ["s3", "GET /bucket?list-type=2&acl", "ListObjectsV2: the lab does not model acl of this request"],
    ["s3", "GET /bucket?location&policy", "GetBucketLocation: the lab does not model policy of this request"],
    ["s3", "HEAD /bucket?versions", "HeadBucket: the lab does not model versions of this request"],
    ["s3", "PUT /bucket", "no PUT /bucket"],
    ["s3", "PUT /bucket/", "no PUT /bucket/"],
    ["s3", "PUT /bucket?versioning", "no PUT /bucket?versioning"],
    ["s3", "DELETE /bucket", "no DELETE /bucket"],
    ["s3", "POST /bucket?delete", "DeleteObjects: 400 InvalidRequest"],
    ["s3", "POST /bucket/key?uploads&x-id=CreateMultipartUpload", "no CreateMultipartUpload"],
    ["s3", "GET /bucket/key?acl", "GetObject: the lab does not model acl of this request"],
    ["s3", "GET /bucket/key?uploadId=1", "GetObject: the lab does not model uploadId of this request"],
    [
      "s3",
      "GET /bucket/key?attributes&versionId=v",
      "GetObject: the lab does not model attributes of this request",
    ],
    ["s3", "PUT /bucket/key?tagging", "PutObject: the lab does not model tagging of this request"],
    ["s3", "PUT /bucket/key?acl", "PutObject: the lab does not model acl of this request"],
    [
      "s3",
      "PUT /bucket/key?partNumber=1&uploadId=2",
      "PutObject: the lab does not model partNumber, uploadId of this request",
    ],
    ["s3", "DELETE /bucket/key?tagging", "DeleteObject: the lab does not model tagging of this request"],
    ["s3", "DELETE /bucket/key?uploadId=1", "DeleteObject: the lab does not model uploadId of this request"],
    ["s3", "get /bucket/key", "no get /bucket/key"],
    ["s3", "PATCH /bucket/key", "no PATCH /bucket/key"],
    ["s3", "OPTIONS /", "no OPTIONS /"],
    ["s3", "GET //key", "no GET //key"],
    ["s3", "GET /bucket/%zz", "GetObject: 400 InvalidURI"],
    ["s3", "GET /bucket/%ff", "GetObject: 400 InvalidURI"],
    ["s3", "GET /bucket?list-type=2&max-keys=many", "ListObjectsV2: 400 SerializationException"],
    ["lambda", "POST /2015-03-31/functions", "no POST /2015-03-31/functions"],
    ["lambda", "DELETE /2015-03-31/functions/f", "no DELETE /2015-03-31/functions/f"],
    ["lambda", "GET /2015-03-31/functions/f/url", "no GET /2015-03-31/functions/f/url"],
    [
      "lambda",
      "GET /2015-03-31/functions/f/configuration/x",
      "no GET /2015-03-31/functions/f/configuration/x",
    ],
    ["lambda", "POST /2015-03-31/functions//invocations", "no POST /2015-03-31/functions//invocations"],
    ["lambda", "POST /2014-11-13/functions/f/invoke-async", "no POST /2014-11-13/functions/f/invoke-async"],
    [
      "lambda",
      "GET /2015-03-31/functions/f?Other=1",
      "GetFunction: the lab does not model Other of this request",
    ],
    ["resource-groups", "POST /groups", "no POST /groups"],
    ["resource-groups", "GET /get-group", "no GET /get-group"],
    ["resource-groups", "POST /get-group/x", "no POST /get-group/x"],
    ["resource-groups", "POST /", "no POST /"],
  ];
  for (const [service, text, outcome] of refused) {
    it(`is not taken for another: ${service} ${text}`, () => {
      const [method = "", url = ""] = text.split(" ");
      expect(reading(service, wireRequest(method, url))).to.equal(outcome);
    });
  }
});
