import { expect } from "chai";
import { modelOf, type ShapeModel, serviceNames, shapeOf } from "#lab/aws/model/model.js";
import { ec2Codec } from "#lab/endpoint/codec/ec2.js";
import { jsonCodec } from "#lab/endpoint/codec/json.js";
import { queryCodec } from "#lab/endpoint/codec/query.js";
import { restJsonCodec, restXmlCodec } from "#lab/endpoint/codec/rest.js";
import { size } from "#test/support/size.js";
import { type Message, Requests } from "../supportRequests.js";
import { wireOf } from "../supportWire.js";

const codecs = {
  json: jsonCodec,
  query: queryCodec,
  ec2: ec2Codec,
  "rest-json": restJsonCodec,
  "rest-xml": restXmlCodec,
};

/** A message without what is not there when it is outside the body or the whole of it: what is empty. */
function onWire(shape: ShapeModel, message: Message): Message {
  const isEmpty = (value: unknown) =>
    value instanceof Date ? false : typeof value === "object" && Object.keys(value ?? {}).length === 0;
  return Object.fromEntries(
    Object.entries(message).filter(([name, value]) => {
      const isInBody = name !== shape.payload && shape.members?.[name]?.location === undefined;
      return isInBody || !isEmpty(value);
    }),
  );
}

/** Maps are not modelled in a form. */
describe("a request on the wire", () => {
  for (const service of serviceNames) {
    const model = modelOf(service);
    const codec = codecs[model.metadata.protocol];
    const requests = new Requests(service);
    for (const operation of Object.keys(model.operations)) {
      const shape = shapeOf(model, model.operations[operation]?.input?.shape ?? "");

      it(`is read as it was meant by ${service}:${operation}`, () => {
        for (const { MessageAttributes: _, ...message } of requests.valid(operation, size(10, 60))) {
          const request = wireOf(service, operation, message, "AKIDEXAMPLE");
          if (request === undefined) throw new Error(`cannot write ${JSON.stringify(message)}`);
          const asked = codec.asked(model, request);
          if (typeof asked === "string") throw new Error(`taken for ${asked}`);
          expect(asked.operation).to.equal(operation);
          expect(codec.decode(model, asked, request)).to.deep.equal(onWire(shape, message));
        }
      });
    }
  }
});
