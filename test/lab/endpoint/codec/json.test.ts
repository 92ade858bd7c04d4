import { expect } from "chai";
import fc from "fast-check";
import { AwsError, NotModelledError } from "#lab/aws/base/errors.js";
import { modelOf, type ServiceModel } from "#lab/aws/model/model.js";
import { jsonCodec, toJson } from "#lab/endpoint/codec/json.js";
import { size } from "#test/support/size.js";
import { bytes, wireRequest } from "../supportWire.js";

/** A service with one operation, which takes a member of each type. */
const model: ServiceModel = {
  metadata: { apiVersion: "1", protocol: "json", jsonVersion: "1.1", targetPrefix: "Test" },
  operations: {
    Do: { http: { method: "POST", requestUri: "/" }, input: { shape: "All" }, output: { shape: "All" } },
    Nothing: { http: { method: "POST", requestUri: "/" }, input: { shape: "Empty" } },
  },
  shapes: {
    All: {
      type: "structure",
      members: {
        Text: { shape: "Text" },
        Truth: { shape: "Truth" },
        Integer: { shape: "Integer" },
        Long: { shape: "Long" },
        Double: { shape: "Double" },
        Time: { shape: "Time" },
        Blob: { shape: "Blob" },
        List: { shape: "List" },
        Map: { shape: "Map" },
        Inner: { shape: "All" },
      },
    },
    Empty: { type: "structure", members: {} },
    Text: { type: "string" },
    Truth: { type: "boolean" },
    Integer: { type: "integer" },
    Long: { type: "long" },
    Double: { type: "double" },
    Time: { type: "timestamp" },
    Blob: { type: "blob" },
    List: { type: "list", member: { shape: "All" } },
    Map: { type: "map", key: { shape: "Text" }, value: { shape: "Integer" } },
  },
};

function decode(body: string | Uint8Array): Record<string, unknown> {
  const headers = { "x-amz-target": "Test.Do" };
  const request = wireRequest("POST", "/", { headers, body: typeof body === "string" ? bytes(body) : body });
  const asked = jsonCodec.asked(model, request);
  if (typeof asked === "string") throw new Error(`no operation ${asked}`);
  return jsonCodec.decode(model, asked, request);
}

/** The code and the message of the error that reading a body ends in. */
function refusal(body: string | Uint8Array): string {
  try {
    return `nothing, but gave ${JSON.stringify(decode(body))}`;
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}: ${error.message}`;
    if (error instanceof NotModelledError) return error.message;
    throw error;
  }
}

describe("the operation of a JSON request", () => {
  const cases = [
    ["Test.Do", "Do"],
    ["Do", "Do"],
    ["Test.Undo", "no Undo"],
    ["Test.do", "no do"],
    ["Test.constructor", "no constructor"],
    ["Test.__proto__", "no __proto__"],
    ["Test.", "no a request without an operation"],
    ["", "no a request without an operation"],
    [undefined, "no a request without an operation"],
  ] as const;
  for (const [target, expected] of cases) {
    it(`is ${expected} for the target ${target}`, () => {
      const headers: Record<string, string> = target === undefined ? {} : { "x-amz-target": target };
      const asked = jsonCodec.asked(model, wireRequest("POST", "/", { headers }));
      expect(typeof asked === "string" ? `no ${asked}` : asked.operation).to.equal(expected);
    });
  }
});

describe("the body of a JSON request", () => {
  const read: readonly (readonly [body: string, value: object])[] = [
    ["", {}],
    ["{}", {}],
    [' {"Text": "Zürich 𝒜 \\u0000"} ', { Text: "Zürich 𝒜 \0" }],
    ['{"Text": ""}', { Text: "" }],
    ['{"Truth": false}', { Truth: false }],
    ['{"Integer": -7}', { Integer: -7 }],
    ['{"Integer": 1e2}', { Integer: 100 }],
    ['{"Integer": 2147483647}', { Integer: 2147483647 }],
    ['{"Long": 9007199254740991}', { Long: 9007199254740991 }],
    ['{"Double": 0.5}', { Double: 0.5 }],
    ['{"Time": 0}', { Time: new Date(0) }],
    ['{"Time": 1780272000.25}', { Time: new Date("2026-06-01T00:00:00.250Z") }],
    ['{"Time": -1}', { Time: new Date(-1000) }],
    ['{"Blob": ""}', { Blob: new Uint8Array() }],
    ['{"Blob": "AP8="}', { Blob: new Uint8Array([0, 255]) }],
    ['{"List": []}', { List: [] }],
    ['{"List": [{}, {"Text": "x"}]}', { List: [{}, { Text: "x" }] }],
    ['{"Map": {"a": 1, "b": 2}}', { Map: { a: 1, b: 2 } }],
    ['{"Map": {"a": 1, "b": null}}', { Map: { a: 1 } }],
    ['{"Text": null, "List": null, "Inner": null}', {}],
    ['{"Inner": {"Inner": {"Text": null}}}', { Inner: { Inner: {} } }],
    ['{"Text": "first", "Text": "last"}', { Text: "last" }],
  ];
  for (const [body, value] of read) {
    it(`is read: ${body}`, () => {
      expect(decode(body)).to.deep.equal(value);
    });
  }

  const mismatches = [
    ["Text", "a text", ["1", "true", "[]", "{}"]],
    ["Truth", "true or false", ["1", '"true"', "[]", "{}"]],
    [
      "Integer",
      "a whole number",
      ['"1"', "true", "0.5", "9007199254740993", "1e400", "2147483648", "[]", "{}"],
    ],
    ["Long", "a whole number", ['"1"', "0.5", "9007199254740992"]],
    ["Double", "a number", ['"1"', "true", "[]", "1e400"]],
    ["Time", "a time in seconds", ['"2026-06-01T00:00:00Z"', "1e12", "-1e12", "true"]],
    ["Blob", "base64", ["1", '"AP8"', '"A=P8"', '"A*=="', '"AP8=\\n"', "[0]"]],
    ["List", "a list", ['"a"', "1", '{"0": {}}']],
    ["Map", "an object", ['"a"', "[]", "1"]],
    ["Inner", "an object", ['"a"', "[]", "true"]],
  ] as const;
  for (const [member, expected, values] of mismatches) {
    for (const value of values) {
      it(`is refused for ${member} of ${value}`, () => {
        expect(refusal(`{"${member}": ${value}}`)).to.match(
          new RegExp(`^400 SerializationException: ${member} must be ${expected}, got `),
        );
      });
    }
  }

  const refused = [
    ['{"List": [{}, {"Inner": {"Text": 1}}]}', "List[1].Inner.Text must be a text, got a number"],
    ['{"List": [{}, null]}', "List[1] must be an object, got null"],
    ['{"Map": {"a b": "x"}}', "Map.a b must be a whole number, got a string"],
    ['{"Map": {"__proto__": []}}', "Map.__proto__ must be a whole number, got a list"],
    ["[]", "the request must be an object, got a list"],
    ["null", "the request must be an object, got null"],
    ['"x"', "the request must be an object, got a string"],
    ["{", "the body is not JSON in UTF-8"],
    ['{"Text": "x"} {}', "the body is not JSON in UTF-8"],
    ["{'Text': 'x'}", "the body is not JSON in UTF-8"],
  ] as const;
  for (const [body, message] of refused) {
    it(`is refused: ${body}`, () => {
      expect(refusal(body)).to.equal(`400 SerializationException: ${message}`);
    });
  }

  it("is refused when it is not UTF-8", () => {
    const body = new Uint8Array([...bytes('{"Text": "'), 0xff, ...bytes('"}')]);
    expect(refusal(body)).to.equal("400 SerializationException: the body is not JSON in UTF-8");
  });

  for (const [body, name] of [
    ['{"Other": 1}', "Other"],
    ['{"text": "x"}', "text"],
    ['{"Other": null}', "Other"],
    ['{"List": [{"Inner": {"Other": 1}}]}', "List[0].Inner.Other"],
    ['{"__proto__": {"Text": "x"}}', "__proto__"],
    ['{"constructor": "x"}', "constructor"],
    ['{"toString": "x"}', "toString"],
  ] as const) {
    it(`is refused by the name of a member that there is not: ${body}`, () => {
      expect(refusal(body)).to.equal(
        `the lab does not model the member ${name}, which is not in the API's model`,
      );
    });
  }

  it("keeps the key __proto__ of a map as any other", () => {
    const { Map: read } = decode('{"Map": {"__proto__": 1, "constructor": 2}}');
    expect(Object.entries(read as object)).to.deep.equal([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
    expect(JSON.stringify(toJson(model, "Map", read))).to.equal('{"__proto__":1,"constructor":2}');
    expect(Object.getPrototypeOf(read)).to.equal(Object.prototype);
  });

  it("may be nested deeper than any model", () => {
    const depth = 200_000;
    expect(refusal(`{"Text": ${"[".repeat(depth)}${"]".repeat(depth)}}`)).to.equal(
      "400 SerializationException: Text must be a text, got a list",
    );
  });

  it("never ends in anything but an error of the API or the name of what is not modelled", () => {
    fc.assert(
      fc.property(fc.json({ depthSize: "medium" }), (body) => {
        refusal(`{"Inner": ${body}, "List": [${body}], "Map": {"a": ${body}}}`);
        refusal(body);
      }),
      { numRuns: size(10, 500) },
    );
  });

  it("may not name a member of an operation that has none", () => {
    const headers = { "x-amz-target": "Test.Nothing" };
    const request = wireRequest("POST", "/", { headers, body: bytes('{"Text": "x"}') });
    const asked = { operation: "Nothing", model: model.operations.Nothing ?? expect.fail() };
    expect(() => jsonCodec.decode(model, asked, request)).to.throw(NotModelledError, "Text");
  });
});

describe("a JSON response", () => {
  const asked = { operation: "Do", model: model.operations.Do ?? expect.fail() };
  const whole = {
    Text: "Zürich",
    Truth: false,
    Integer: 0,
    Double: 0.5,
    Time: new Date("2026-06-01T00:00:00.250Z"),
    Blob: new Uint8Array([0, 255]),
    List: [{ Text: "x" }, {}],
    Map: { a: 1 },
    Inner: { Inner: { Truth: true } },
  };

  it("has the members of the model, times in seconds and blobs in base64", () => {
    const { status, headers, body } = jsonCodec.encode(model, asked, whole, "id-1");
    expect(status).to.equal(200);
    expect(headers).to.deep.equal({
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": "id-1",
    });
    expect(JSON.parse(String(body))).to.deep.equal({ ...whole, Time: 1780272000.25, Blob: "AP8=" });
    expect(decode(String(body))).to.deep.equal(whole);
  });

  it("leaves out what is undefined and what the model does not have", () => {
    const output = { Text: undefined, Other: 1, List: [{ Other: 1, Text: "x" }] };
    expect(jsonCodec.encode(model, asked, output, "id").body).to.equal('{"List":[{"Text":"x"}]}');
  });

  it("is an empty object for an operation without output", () => {
    const without = { operation: "Nothing", model: model.operations.Nothing ?? expect.fail() };
    expect(jsonCodec.encode(model, without, { Text: "x" }, "id").body).to.equal("{}");
  });

  it("says of an error its code and message", () => {
    const error = { code: "DoesNotExistException", message: 'No "x"', status: 404, requestId: "id-2" };
    const { status, headers, body } = jsonCodec.encodeError(error, wireRequest("POST", "/"));
    expect(status).to.equal(404);
    expect(headers).to.deep.equal({
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": "id-2",
    });
    expect(JSON.parse(String(body))).to.deep.equal({ __type: "DoesNotExistException", message: 'No "x"' });
  });

  it("is of the service's own version of the protocol", () => {
    for (const service of ["ssm", "tagging", "logs"] as const) {
      expect(modelOf(service).metadata.jsonVersion, service).to.equal("1.1");
    }
  });
});
