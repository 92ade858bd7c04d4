import { type ServiceModel, shapeOf } from "../aws/model/model.js";
import { hash32 } from "../random.js";
import type { Asked } from "./codec/wire.js";

type Message = Readonly<Record<string, unknown>>;

/** Members that say where a page begins, and in an answer where the next one does. S3's and Lambda's lists go on at a name. */
const tokens = ["NextToken", "nextToken", "PaginationToken"];
/** A page of another size goes on with the same list. */
const sizes = ["MaxResults", "maxResults", "ResourcesPerPage", "limit"];
/** No service has given it to anybody: each refuses it in its own words. */
const nobodys = "?";

/**
 * Takes the mark off a page's token that `marked` has put on it. API references of lists: a token is one "received from a
 * previous call"; of another list, or of the same with other filters, it is none.
 */
export function unmarked(model: ServiceModel, asked: Asked, input: Message): Message {
  const name = tokenOf(input);
  const { output } = asked.model;
  if (name === undefined || output === undefined) return input;
  if (!Object.hasOwn(shapeOf(model, output.shape).members ?? {}, name)) return input;
  const [, token = "", mark] = /^(.*)\+(\w+)$/s.exec(String(input[name])) ?? [];
  return { ...input, [name]: mark === markOf(asked, input) ? token : nobodys };
}

/** An answer whose token goes on with the list of its request alone. */
export function marked(asked: Asked, input: Message, output: Message): Message {
  const name = tokenOf(output);
  return name === undefined ? output : { ...output, [name]: `${output[name]}+${markOf(asked, input)}` };
}

const tokenOf = (message: Message): string | undefined =>
  tokens.find((name) => typeof message[name] === "string" && message[name] !== "");

function markOf({ operation }: Asked, input: Message): string {
  const own = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !tokens.includes(name) && !sizes.includes(name),
  );
  return hash32("page token", operation, JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)))).toString(
    36,
  );
}
