import { NotModelledError } from "../../aws/base/errors.js";
import { shapeOf } from "../../aws/model/model.js";
import { fromText } from "./text.js";
import type { Codec } from "./wire.js";
import { element, escapeXml, membersToXml } from "./xml.js";

/** The query protocol: a form in, XML out. Of structured input only what the lab's operations take: plain members. */
export const queryCodec: Codec = {
  asked: ({ operations }, { body }) => {
    const operation = form(body).get("Action") ?? "";
    const model = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    return model === undefined ? operation || "a request without an operation" : { operation, model };
  },
  decode: (model, { model: { input } }, { body }) => {
    const { members = {} } = input === undefined ? {} : shapeOf(model, input.shape);
    const read: Record<string, unknown> = {};
    for (const [name, text] of form(body)) {
      if (name === "Action" || name === "Version") continue;
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) throw new NotModelledError(`the member ${name}`);
      read[name] = fromText(shapeOf(model, member.shape), text, name);
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

function form(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString("utf8"));
}
