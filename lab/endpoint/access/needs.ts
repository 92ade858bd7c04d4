import type { Tag } from "@aws-sdk/client-ssm";
import type { Region } from "../../aws/region.js";
import type { TagMap } from "../../aws/tags/tagViews.js";
import type { ApiContext, Need } from "../operation.js";

type Values = NonNullable<Need["context"]>;

/**
 * What an action is asked of: `*`, the end of an ARN in the service's namespace, or what a function makes of the request.
 * `{Member}` stands for that member of the request, `{Member|Other}` for the first that it has. A member that is a list
 * makes an ARN of each item, one that is missing `*`; an item that is an ARN already is taken as it is.
 */
type Resources = string | readonly string[] | ((input: never, context: ApiContext) => readonly string[]);

/** What IAM must allow for an operation. */
interface Rule {
  /** Where IAM calls the action otherwise than the API does. */
  readonly action?: string | ((input: never) => string);
  readonly on: Resources;
  /** Condition keys that only this operation has. */
  readonly context?: (input: never) => Values;
  /** Where the request carries tags: what ssm:AddTagsToResource is asked of. */
  readonly tagged?: Resources;
  /** ARN of the role that the request hands to a service, where it does. */
  readonly passes?: (input: never, context: ApiContext) => string | undefined;
  /** Principal of that service. Default SSM. */
  readonly passedTo?: string;
  /** Further actions, and what they are asked of. */
  readonly also?: Readonly<Record<string, Resources>>;
}

/** A rule, or only what the operation's own action is asked of. */
export type Row = Rule | string | readonly string[];

/** What IAM must allow before an operation of a service, named as in IAM, looks at its input any further. */
export function needsOf(
  service: string,
  operation: string,
  row: Row,
  input: object,
  context: ApiContext,
): readonly Need[] {
  const rule = typeof row === "string" || isList(row) ? { on: row } : row;
  // The boundary to untyped requests: each rule knows the shape of its own operation's input.
  const given = input as never;
  const { action = `${service}:${operation}`, also = {}, passedTo = "ssm.amazonaws.com" } = rule;
  const tags = service === "ssm" ? requestTags(input) : {};
  const own = { ...tags, ...rule.context?.(given) };
  const asked = (name: string, on: Resources, values: Values): Need[] =>
    arnsOf(service, on, given, context).map((resource) => need(name, resource, values, context.region));
  const role = rule.passes?.(given, context);
  return [
    ...asked(typeof action === "string" ? action : action(given), rule.on, own),
    ...("aws:TagKeys" in tags && rule.tagged !== undefined
      ? asked("ssm:AddTagsToResource", rule.tagged, tags)
      : []),
    ...(role === undefined
      ? []
      : [need("iam:PassRole", role, { "iam:PassedToService": passedTo }, context.region)]),
    ...Object.entries(also).flatMap(([name, on]) => asked(name, on, {})),
  ];
}

/** ARN of a thing in a service's namespace, by its kind and its id; an id that is an ARN already is its own. */
export function arnOf(region: Region, service: string, kind: string, id: string): string {
  if (id.startsWith("arn:")) return id;
  if (kind === "node") return id === "*" ? "*" : region.nodeArn(id);
  // Nobody else may make documents whose names begin so, and theirs are in no account.
  const isOfAws = /^(document|automation-definition)$/.test(kind) && /^(aws|amazon|amzn)/i.test(id);
  if (isOfAws) return `arn:${region.account.partition}:${service}:${region.name}::${kind}/${id}`;
  return region.arn(service, `${kind}/${id}`);
}

/** Templates as they have been read. */
const templates = new Map<string, ReturnType<typeof readTemplate>>();

function readTemplate(template: string) {
  const [, kind = "", members] = /^([a-z-]+)\/\{([\w|]+)\}$/.exec(template) ?? [];
  return { kind, members: members?.split("|") ?? [] };
}

function arnsOf(service: string, on: Resources, input: never, context: ApiContext): string[] {
  if (typeof on === "function") return [...on(input, context)];
  return [on].flat().flatMap((template) => {
    if (template === "*") return [template];
    const read = templates.get(template) ?? readTemplate(template);
    templates.set(template, read);
    const { kind, members } = read;
    if (members.length === 0) return [context.region.arn(service, template)];
    const values: Readonly<Record<string, string | readonly string[] | undefined>> = input;
    const named = members.map((name) => values[name]);
    const ids = [named.find((value) => value !== undefined) ?? []].flat();
    return (ids.length === 0 ? ["*"] : ids).map((id) => arnOf(context.region, service, kind, id));
  });
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

/** Condition keys of the tags of a resource: by the tags, which others replace and nobody changes. */
class TagKeys {
  private readonly known = new WeakMap<TagMap, Values>();

  constructor(private readonly prefixes: readonly string[]) {}

  of(tags: TagMap): Values {
    const values =
      this.known.get(tags) ??
      Object.fromEntries(
        Object.entries(tags).flatMap(([key, value]) => this.prefixes.map((prefix) => [prefix + key, value])),
      );
    this.known.set(tags, values);
    return values;
  }
}

const tagKeys = new TagKeys(["aws:ResourceTag/"]);
const tagKeysOfSsm = new TagKeys(["aws:ResourceTag/", "ssm:resourceTag/"]);

function need(action: string, resource: string, values: Values, region: Region): Need {
  const keys = action.startsWith("ssm:") ? tagKeysOfSsm : tagKeys;
  const contextOf = (tags: TagMap): Values => ({
    ...keys.of(tags),
    ...values,
    "aws:RequestedRegion": region.name,
  });
  const [seen, real] = [region.tags.seen(resource, "iam"), region.tags.of(resource)];
  const settled = seen === real ? {} : { settledContext: contextOf(real) };
  return { action, resource, context: contextOf(seen), ...settled };
}

/** The condition keys of the tags that a request would set, or take away. */
function requestTags(input: {
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
}): Values {
  const { Tags = [], TagKeys = Tags.map(({ Key = "" }) => Key) } = input;
  if (TagKeys.length === 0) return {};
  const values = Tags.map(({ Key = "", Value = "" }) => [`aws:RequestTag/${Key}`, Value]);
  return { ...Object.fromEntries(values), "aws:TagKeys": TagKeys };
}
