import { type ServiceModel, shapeOf } from "../../aws/model/model.js";
import { queryCodec, readForm } from "./query.js";
import type { Codec } from "./wire.js";
import { element, escapeXml, membersToXml } from "./xml.js";

/**
 * EC2's own kind of the query protocol (Smithy, "AWS EC2 query protocol"): names begin with a capital, items of lists are
 * numbered without a name of their own, and the answer has no wrapper.
 */
export const ec2Codec: Codec = {
  asked: queryCodec.asked,
  decode: (model, { model: { input } }, { body }) =>
    input === undefined ? {} : readForm(model, input.shape, body, { fieldOf, areListsFlat: true }),
  encode: (model, { operation, model: { output } }, value, requestId) => {
    const result = output === undefined ? "" : membersToXml(model, shapeOf(model, output.shape), value);
    const namespace = escapeXml(model.metadata.xmlNamespace ?? "");
    return {
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body: `<${operation}Response xmlns="${namespace}">${element("requestId", requestId)}${result}</${operation}Response>`,
    };
  },
  encodeError: ({ code, message, status, requestId }) => ({
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<Response><Errors><Error>${element("Code", code)}${element("Message", message)}</Error></Errors>${element("RequestID", requestId)}</Response>`,
  }),
};

/** The member that a field of the form names. */
function fieldOf(model: ServiceModel, shape: string, field: string): string | undefined {
  const { members = {} } = shapeOf(model, shape);
  const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return Object.keys(members).find((name) => capital(members[name]?.locationName ?? name) === field);
}
