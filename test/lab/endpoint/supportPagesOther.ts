import { EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import {
  ListObjectsCommand,
  type ListObjectsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  paginateListBuckets,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Endpoint } from "#lab/endpoint/server.js";
import { clientOf } from "./supportEndpoint.js";
import { nodesOfApp, type Paged, type PagedWorld, sharedWith, upTo } from "./supportPages.js";
import { type Loop, watchedLoops } from "./supportPagesWatched.js";
import { wireOf } from "./supportWire.js";

/** S3's, by the paginators of the SDK where there is one. */
export function s3Lists({ account, keys }: PagedWorld, endpoint: Endpoint): Paged[] {
  const client = new S3Client({ ...clientOf(endpoint, account), forcePathStyle: true });
  const Bucket = "bucket-0";
  const service = "s3";
  return [
    {
      service,
      operation: "ListBuckets",
      pages: async function* (pageSize) {
        for await (const { Buckets = [] } of paginateListBuckets({ client, pageSize }, {}))
          yield Buckets.map(({ Name }) => Name);
      },
      truth: upTo(5).map((number) => `bucket-${number}`),
    },
    {
      service,
      operation: "ListObjectsV2",
      pages: async function* (pageSize) {
        for await (const { Contents = [], CommonPrefixes = [] } of paginateListObjectsV2(
          { client, pageSize },
          { Bucket, Delimiter: "/" },
        )) {
          // Each of the two in its own order.
          yield [...CommonPrefixes.map(({ Prefix }) => Prefix), ...Contents.map(({ Key }) => Key)].sort();
        }
      },
      truth: ["a b+ü", "a/", "b", "z"],
    },
    {
      service,
      operation: "ListObjects",
      pages: async function* (MaxKeys) {
        let next: string | undefined = "";
        while (next !== undefined) {
          const input = { Bucket, Delimiter: "/", MaxKeys, Marker: next };
          const page: ListObjectsCommandOutput = await client.send(new ListObjectsCommand(input));
          const { Contents = [], CommonPrefixes = [] } = page;
          yield [...CommonPrefixes.map(({ Prefix }) => Prefix), ...Contents.map(({ Key }) => Key)].sort();
          next = page.NextMarker;
        }
      },
      truth: ["a b+ü", "a/", "b", "z"],
    },
    {
      service,
      operation: "ListObjectVersions",
      pages: async function* (MaxKeys) {
        let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
        while (next !== undefined) {
          const page: ListObjectVersionsCommandOutput = await client.send(
            new ListObjectVersionsCommand({ Bucket, MaxKeys, ...next }),
          );
          const { Versions = [], DeleteMarkers = [] } = page;
          yield [...DeleteMarkers, ...Versions]
            .map(({ Key, IsLatest }) => `${Key} ${IsLatest ? "newest" : "old"}`)
            .sort();
          next = page.IsTruncated
            ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
            : undefined;
        }
      },
      truth: [...keys.slice(0, 4), "gone", ...keys.slice(4)].flatMap((key) => [
        `${key} newest`,
        `${key} old`,
      ]),
    },
  ];
}

type Items = readonly Readonly<Record<string, string>>[] | undefined;

function loops(world: PagedWorld): Loop[] {
  const usual = ["MaxResults", "NextToken", "NextToken"] as const;
  const logs = ["limit", "nextToken", "nextToken"] as const;
  const groups = upTo(4).map((number) => `group-${number}`);
  const events = [
    ...upTo(4).map((number) => `event ${number}`),
    ...upTo(5).map((number) => `more ${number}`),
  ];
  const members = nodesOfApp(world, 1);
  const group = { logGroupName: "/group/0" };
  return [
    {
      service: "ssm",
      operation: "DescribeDocumentPermission",
      input: { Name: "runbook-0", PermissionType: "Share" },
      members: usual,
      items: ["AccountSharingInfoList", "AccountId"],
      truth: sharedWith,
    },
    {
      service: "resource-groups",
      operation: "ListGroups",
      members: usual,
      items: ["GroupIdentifiers", "GroupName"],
      truth: groups,
    },
    {
      service: "resource-groups",
      operation: "ListGroupResources",
      input: { Group: "group-0" },
      members: usual,
      items: ["ResourceIdentifiers", "ResourceArn"],
      truth: members,
    },
    {
      service: "tagging",
      operation: "GetResources",
      input: { TagFilters: [{ Key: "App", Values: ["a1"] }] },
      members: ["ResourcesPerPage", "PaginationToken", "PaginationToken"],
      items: ["ResourceTagMappingList", "ResourceARN"],
      truth: members,
    },
    {
      service: "lambda",
      operation: "ListFunctions",
      members: ["MaxItems", "Marker", "NextMarker"],
      items: ["Functions", "FunctionName"],
      truth: upTo(4).map((number) => `f${number}`),
    },
    {
      service: "lambda",
      operation: "ListVersionsByFunction",
      input: { FunctionName: "f0" },
      members: ["MaxItems", "Marker", "NextMarker"],
      items: ["Versions", "Version"],
      truth: ["$LATEST"],
    },
    {
      service: "logs",
      operation: "DescribeLogGroups",
      members: logs,
      items: ["logGroups", "logGroupName"],
      truth: upTo(4).map((number) => `/group/${number}`),
    },
    {
      service: "logs",
      operation: "DescribeLogStreams",
      input: group,
      members: logs,
      items: ["logStreams", "logStreamName"],
      truth: upTo(4).map((number) => `stream-${number}`),
    },
    {
      service: "logs",
      operation: "FilterLogEvents",
      input: group,
      members: logs,
      items: ["events", "message"],
      truth: events,
    },
    {
      service: "logs",
      operation: "GetLogEvents",
      input: { ...group, logStreamName: "stream-0", startFromHead: true },
      members: ["limit", "nextToken", "nextForwardToken"],
      items: ["events", "message"],
      truth: ["event 0", ...upTo(5).map((number) => `more ${number}`)],
    },
    {
      service: "sns",
      operation: "ListTopics",
      members: [undefined, "NextToken", "NextToken"],
      items: ["Topics", "TopicArn"],
      truth: world.topicArns,
    },
    ...watchedLoops(world),
  ];
}

/** EC2's, by the paginator of the SDK. */
export function ec2Lists({ account, nodeIds }: PagedWorld, endpoint: Endpoint): Paged[] {
  const client = new EC2Client(clientOf(endpoint, account));
  const pages = async function* (pageSize: number) {
    for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize }, {}))
      yield Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
  };
  return [{ service: "ec2", operation: "DescribeInstances", pages, truth: nodeIds }];
}

/** Everybody else's, by requests written by hand. */
export function otherLists(world: PagedWorld, endpoint: Endpoint): Paged[] {
  const { accessKeyId } = world.account.credentials.owner;
  return loops(world).map(
    ({ service, operation, input = {}, members: [size, token, next], items: [list, member], truth }) => ({
      service,
      operation,
      truth,
      pages: async function* (pageSize) {
        let marker: string | undefined;
        for (;;) {
          const message = {
            ...input,
            ...(size === undefined ? {} : { [size]: pageSize }),
            ...(marker === undefined ? {} : { [token]: marker }),
          };
          const asked = { service, operation, message, items: [list, member] } as const;
          const answer = await ask(endpoint, asked, accessKeyId);
          yield (answer[list] as Items)?.map((item) => item[member]) ?? [];
          const last = marker;
          marker = answer[next] as string | undefined;
          // The logs' last token comes again and again; others are missing in the end, or empty.
          if (marker === undefined || marker === "" || marker === last) return;
        }
      },
    }),
  );
}

async function ask(
  { url }: Endpoint,
  {
    service,
    operation,
    message,
    items: [list, member],
  }: Pick<Loop, "service" | "operation" | "items"> & { readonly message: object },
  accessKeyId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const wire = wireOf(service, operation, { ...message }, accessKeyId);
  if (wire === undefined) throw new RangeError(`${operation} cannot be written`);
  const { method, path, query, headers, body } = wire;
  const { host: _, ...others } = headers;
  const response = await fetch(`${url}${path}${query.size === 0 ? "" : `?${query}`}`, {
    method,
    headers: others,
    ...(method === "GET" ? {} : { body: Buffer.from(body) }),
  });
  const text = await response.text();
  expect(response.status, text).to.equal(200);
  if (!text.startsWith("<")) return JSON.parse(text);
  const items = [...text.matchAll(new RegExp(`<${member}>(.*?)</${member}>`, "g"))];
  const [, token, next] = /<(NextToken|Marker)>(.*)<\/\1>/.exec(text) ?? [];
  return {
    [list]: items.map(([, value]) => ({ [member]: value })),
    ...(token === undefined ? {} : { [token]: next }),
  };
}
