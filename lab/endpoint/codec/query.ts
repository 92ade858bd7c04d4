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
    const read: Record<string, unknown> = {};
    for (const [name, text] of form(body)) {
      if (name === "Action" || name === "Version" || input === undefined) continue;
      put(model, input.shape, read, { name, path: name.split("."), text });
    }
    return read;
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

interface Field {
  /** Such as `Tags.member.1.Key`. */
  readonly name: string;
  /** What is left of its parts below the value that it is put into. */
  readonly path: readonly string[];
  readonly text: string;
}

/** Puts a field of the form where its name says, into a structure or a list of the model. */
function put(
  model: ServiceModel,
  shapeName: string,
  into: Record<string, unknown> | unknown[],
  { name, path, text }: Field,
): void {
  const { members = {}, member: item } = shapeOf(model, shapeName);
  const [first = "", second = "", ...rest] = path;
  const isItem = Array.isArray(into) && first === "member" && Number(second) === into.length;
  const isNext = Array.isArray(into) && first === "member" && Number(second) === into.length + 1;
  const member = isItem || isNext ? item : Object.hasOwn(members, first) ? members[first] : undefined;
  const below = Array.isArray(into) ? rest : path.slice(1);
  if (member === undefined) throw new NotModelledError(`the member ${name}`);
  const key = Array.isArray(into) ? Number(second) - 1 : first;
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
  put(model, member.shape, target[key] as Record<string, unknown>, { name, path: below, text });
}

function form(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString("utf8"));
}
