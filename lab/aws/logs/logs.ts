import { dayMs } from "#shared/text/time.js";
import { AwsError, NotModelledError, refuseOthers } from "../base/errors.js";
import { page } from "../base/page.js";
import type { CloudWatch } from "../cloudwatch/cloudWatch.js";
import { embeddedMetrics } from "../cloudwatch/embeddedMetrics.js";
import type { Place } from "../place.js";

/** Where log groups are, and who keeps the metrics in their lines. */
type Needs = Place & { readonly cloudWatch: CloudWatch };

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  /** Its number in its group. */
  readonly number: number;
  readonly stream: string;
}

interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly events: LogEvent[];
}

interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  retentionInDays: number | undefined;
  readonly streams: Map<string, LogStream>;
  written: number;
}

interface Paging {
  readonly limit?: number;
  readonly nextToken?: string;
}

interface Span {
  /** Milliseconds since the epoch, included. */
  readonly startTime?: number;
  /** Not included. */
  readonly endTime?: number;
}

interface DescribeLogGroupsRequest extends Paging {
  readonly logGroupNamePrefix?: string;
}

interface DescribeLogStreamsRequest extends Paging {
  readonly logGroupName?: string;
  readonly logStreamNamePrefix?: string;
  readonly orderBy?: string;
  readonly descending?: boolean;
}

interface FilterLogEventsRequest extends Paging, Span {
  readonly logGroupName?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly filterPattern?: string;
  /** Has been deprecated, and changes nothing. */
  readonly interleaved?: boolean;
}

interface GetLogEventsRequest extends Paging, Span {
  readonly logGroupName?: string;
  readonly logStreamName?: string;
  readonly startFromHead?: boolean;
}

/** CloudWatch Logs: what functions have logged. */
export class Logs {
  private readonly groups = new Map<string, LogGroup>();

  constructor(private readonly region: Needs) {}

  /** @throws AwsError ResourceAlreadyExistsException */
  createLogGroup(input: { readonly logGroupName: string; readonly retentionInDays?: number }): void {
    if (this.has(input.logGroupName)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    // Pulumi's word for a group whose events never expire.
    this.add(input.logGroupName, input.retentionInDays === 0 ? undefined : input.retentionInDays);
  }

  /** @param retention without `retentionInDays` the group's events never expire */
  putRetentionPolicy(retention: { readonly logGroupName: string; readonly retentionInDays?: number }): void {
    this.group(retention.logGroupName).retentionInDays = retention.retentionInDays;
  }

  /** What is in it goes with it. */
  deleteLogGroup({ logGroupName }: { readonly logGroupName: string }): void {
    this.groups.delete(this.group(logGroupName).name);
  }

  has(group: string): boolean {
    return this.groups.has(group);
  }

  /** Appends an event to a stream; group and stream are made where they are missing. */
  write(groupName: string, streamName: string, message: string): void {
    const group = this.groups.get(groupName) ?? this.add(groupName, undefined);
    const stream = group.streams.get(streamName) ?? {
      name: streamName,
      createdAt: this.now,
      events: [],
    };
    group.streams.set(streamName, stream);
    stream.events.push({ timestamp: this.now, message, number: group.written++, stream: streamName });
    embeddedMetrics(this.region, message);
  }

  describeLogGroups(input: DescribeLogGroupsRequest): object {
    refuseOthers("DescribeLogGroups", input, ["logGroupNamePrefix", "limit", "nextToken"]);
    const { logGroupNamePrefix = "" } = input;
    const groups = sorted(this.groups.values()).filter(({ name }) => name.startsWith(logGroupNamePrefix));
    const { items, nextToken } = paged(groups, input, 50);
    return {
      ...nextToken,
      logGroups: items.map(({ name, createdAt, retentionInDays }) => ({
        logGroupName: name,
        creationTime: createdAt,
        arn: this.region.arn("logs", `log-group:${name}:*`),
        logGroupArn: this.region.arn("logs", `log-group:${name}`),
        ...(retentionInDays === undefined ? {} : { retentionInDays }),
      })),
    };
  }

  describeLogStreams(input: DescribeLogStreamsRequest): object {
    const { logStreamNamePrefix = "", orderBy = "LogStreamName", descending = false } = input;
    const known = ["logGroupName", "logStreamNamePrefix", "orderBy", "descending", "limit", "nextToken"];
    refuseOthers("DescribeLogStreams", input, known);
    const group = this.group(input.logGroupName);
    const streams = sorted(group.streams.values()).filter(({ name }) => name.startsWith(logStreamNamePrefix));
    if (orderBy === "LastEventTime") streams.sort((a, b) => lastOf(a) - lastOf(b));
    if (descending) streams.reverse();
    const { items, nextToken } = paged(streams, input, 50);
    return {
      ...nextToken,
      logStreams: items.map(({ name, createdAt, events }) => ({
        logStreamName: name,
        creationTime: createdAt,
        ...(events[0] === undefined
          ? {}
          : {
              firstEventTimestamp: events[0].timestamp,
              lastEventTimestamp: events.at(-1)?.timestamp,
              lastIngestionTime: events.at(-1)?.timestamp,
            }),
        arn: this.region.arn("logs", `log-group:${group.name}:log-stream:${name}`),
      })),
    };
  }

  filterLogEvents(input: FilterLogEventsRequest): object {
    const { logStreamNames, logStreamNamePrefix = "", filterPattern = "" } = input;
    refuseOthers("FilterLogEvents", input, [
      ...["logGroupName", "logStreamNames", "logStreamNamePrefix", "filterPattern", "interleaved"],
      ...["startTime", "endTime", "limit", "nextToken"],
    ]);
    const group = this.group(input.logGroupName);
    const fits = textFilter(filterPattern);
    const events = [...group.streams.values()]
      .filter(({ name }) => (logStreamNames?.includes(name) ?? true) && name.startsWith(logStreamNamePrefix))
      .flatMap((stream) => this.eventsOf(group, stream, input))
      .filter(({ message }) => fits(message))
      .sort((a, b) => a.number - b.number);
    const { items, nextToken } = paged(events, input, 10_000);
    return {
      ...nextToken,
      events: items.map(({ timestamp, message, number, stream }) => ({
        logStreamName: stream,
        ...{ timestamp, message, ingestionTime: timestamp },
        eventId: String(number).padStart(56, "0"),
      })),
      searchedLogStreams: [],
    };
  }

  getLogEvents(input: GetLogEventsRequest): object {
    const { logStreamName = "", limit = 10_000, startFromHead = false, nextToken } = input;
    refuseOthers("GetLogEvents", input, [
      ...["logGroupName", "logStreamName", "startTime", "endTime", "limit", "nextToken", "startFromHead"],
    ]);
    const group = this.group(input.logGroupName);
    const stream = group.streams.get(logStreamName);
    if (stream === undefined) throw notFound("stream");
    const events = this.eventsOf(group, stream, input);
    const [, way, place] = /^([fb])\/(\d{1,15})$/.exec(nextToken ?? "") ?? [];
    if (nextToken !== undefined && way === undefined) {
      throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
    }
    // A token stands between two events: those that follow it, or those before it.
    const isForward = way === "f" || (way === undefined && startFromHead);
    const from = isForward ? Number(place ?? 0) : Math.max(0, Number(place ?? events.length) - limit);
    const to = isForward ? from + limit : Number(place ?? events.length);
    const found = events.slice(from, to);
    return {
      events: found.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
      nextForwardToken: `f/${from + found.length}`,
      nextBackwardToken: `b/${from}`,
    };
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private add(name: string, retentionInDays: number | undefined): LogGroup {
    const group = { name, createdAt: this.now, retentionInDays, streams: new Map(), written: 0 };
    this.groups.set(name, group);
    return group;
  }

  private group(name = ""): LogGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw notFound("group");
    return group;
  }

  /** Events of a stream within a span, as far as they are retained. */
  private eventsOf(group: LogGroup, { events }: LogStream, { startTime = 0, endTime }: Span): LogEvent[] {
    const { retentionInDays = Number.POSITIVE_INFINITY } = group;
    const from = Math.max(startTime, this.now - retentionInDays * dayMs);
    const to = endTime ?? Number.POSITIVE_INFINITY;
    return events.filter(({ timestamp }) => timestamp >= from && timestamp < to);
  }
}

function notFound(what: "group" | "stream"): AwsError {
  return new AwsError("ResourceNotFoundException", `The specified log ${what} does not exist.`);
}

function sorted<T extends { readonly name: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function lastOf({ events }: LogStream): number {
  return events.at(-1)?.timestamp ?? 0;
}

function paged<T>(items: readonly T[], { limit, nextToken }: Paging, most: number) {
  const { items: found, token } = page(items, { MaxResults: limit, NextToken: nextToken }, 1, most);
  return {
    items: found,
    nextToken: token.NextToken === undefined ? {} : { nextToken: token.NextToken },
  };
}

/** Whether a message has all the terms of a pattern; a term of more than letters, digits and _ stands in quotes. */
function textFilter(pattern: string): (message: string) => boolean {
  const terms = pattern.match(/"[^"]*"|\S+/g) ?? [];
  const isPlain = terms.every((term) => /^(\w+|"[^"]*")$/.test(term));
  if (!isPlain) throw new NotModelledError(`the filter pattern ${pattern}`);
  const wanted = terms.map((term) => term.replaceAll('"', ""));
  return (message) => wanted.every((term) => message.includes(term));
}
