import { NotModelledError } from "../../aws/base/errors.js";
import { type ServiceModel, shapeOf } from "../../aws/model/model.js";
import { fromText } from "./text.js";
import type { Codec } from "./wire.js";
import { element, escapeXml, membersToXml } from "./xml.js";

/** The query protocol: a form in, XML out. Of structured input what the lab's operations take: lists and structures, no maps. */
export const queryCodec: Codec = {
  asked: ({ operations }, { body }) => {
    const operation = form(body).get("Action") ?? "";
    const model = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    return model === undefined ? operation || "a request without an operation" : { operation, model };
  },
  decode: (model, { model: { input } }, { body }) => {
    const fieldOf: Style["fieldOf"] = (_, shape, field) =>
      Object.hasOwn(shapeOf(model, shape).members ?? {}, field) ? field : undefined;
    return input === undefined ? {} : readForm(model, input.shape, body, { fieldOf, areListsFlat: false });
  },
  encode: (model, { operation, model: { output } }, value, requestId) => {
    const wrapper = output?.resultWrapper ?? `${operation}Result`;
    const result = output === undefined ? "" : membersToXml(model, shapeOf(model, output.shape), value);
    const metadata = `<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>`;
    const namespace = escapeXml(model.metadata.xmlNamespace ?? "");
    return {
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body: `<${operation}Response xmlns="${namespace}"><${wrapper}>${result}</${wrapper}>${metadata}</${operation}Response>`,
    };
  },
  encodeError: ({ code, message, status, requestId }) => {
    const type = element("Type", status < 500 ? "Sender" : "Receiver");
    const error = `${type}${element("Code", code)}${element("Message", message)}`;
    return {
      status,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body: `<ErrorResponse><Error>${error}</Error>${element("RequestId", requestId)}</ErrorResponse>`,
    };
  },
};

/** How a form names what it carries. */
interface Style {
  /** The member of a structure that a field means; undefined when there is none. */
  readonly fieldOf: (model: ServiceModel, shape: string, field: string) => string | undefined;
  /** Whether an item's number stands right behind its list's name, without the word `member`. */
  readonly areListsFlat: boolean;
}

/** What a form says of a structure. */
export function readForm(
  model: ServiceModel,
  shape: string,
  body: Uint8Array,
  style: Style,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, text] of form(body)) {
    if (name === "Action" || name === "Version") continue;
    put(model, shape, read, { name, path: name.split("."), text, style });
  }
  return read;
}

interface Field {
  /** Such as `Tags.member.1.Key`. */
  readonly name: string;
  /** What is left of its parts below the value that it is put into. */
  readonly path: readonly string[];
  readonly text: string;
  readonly style: Style;
}

/** Puts a field of the form where its name says, into a structure or a list of the model. */
function put(
  model: ServiceModel,
  shapeName: string,
  into: Record<string, unknown> | unknown[],
  { name, path, text, style }: Field,
): void {
  const { members = {}, member: item } = shapeOf(model, shapeName);
  const [first = "", ...rest] = path;
  const [number, below] =
    style.areListsFlat || !Array.isArray(into) ? [first, rest] : [rest[0], rest.slice(1)];
  const isNamed = style.areListsFlat || first === "member";
  const isNext = Array.isArray(into) && isNamed && [into.length, into.length + 1].includes(Number(number));
  const field = Array.isArray(into) ? undefined : style.fieldOf(model, shapeName, first);
  const member = isNext ? item : field === undefined ? undefined : members[field];
  if (member === undefined) throw new NotModelledError(`the member ${name}`);
  const key = field ?? Number(number) - 1;
  const target = into as Record<string | number, unknown>;
  const shape = shapeOf(model, member.shape);
  const isList = shape.type === "list";
  if (below.length === 0) {
    // A list without items is sent as an empty text.
    const empty = isList ? [] : shape.type === "structure" ? {} : undefined;
    target[key] = text === "" && empty !== undefined ? empty : fromText(shape, text, name);
    return;
  }
  if (shape.type !== "structure" && !isList) throw new NotModelledError(`the member ${name}`);
  target[key] ??= isList ? [] : {};
  put(model, member.shape, target[key] as Record<string, unknown>, { name, path: below, text, style });
}

function form(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString("utf8"));
}
