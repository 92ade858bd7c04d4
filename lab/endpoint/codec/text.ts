import { AwsError } from "../../aws/base/errors.js";
import type { MemberModel, ShapeModel } from "../../aws/model/model.js";

/** Reads a value that stands as text in a path, a query, a header or a form. */
export function fromText(shape: ShapeModel, text: string, where: string): unknown {
  const refuse = (expected: string): never => {
    throw new AwsError("SerializationException", `${where} must be ${expected}, got ${JSON.stringify(text)}`);
  };
  switch (shape.type) {
    case "integer":
    case "long": {
      const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      const isWhole = shape.type === "long" ? Number.isSafeInteger(number) : (number | 0) === number;
      return isWhole ? number : refuse("a whole number");
    }
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : refuse("true or false");
    case "timestamp": {
      const time = Date.parse(text);
      return Number.isNaN(time) ? refuse("a time") : new Date(time);
    }
    case "blob":
      return fromBase64(text) ?? refuse("base64");
    case "string":
      return text;
    default:
      return refuse("a text");
  }
}

/** The bytes that a text in base64 stands for; undefined for what is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? new Uint8Array(Buffer.from(text, "base64")) : undefined;
}

/** Writes a value as text: times as the place has them, or as the model says. */
export function toText(
  shape: ShapeModel,
  value: unknown,
  timeFormat: NonNullable<MemberModel["timestampFormat"]>,
): string {
  if (shape.type === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  if (shape.type !== "timestamp") return String(value);
  const time = value as Date;
  switch (shape.timestampFormat ?? timeFormat) {
    case "rfc822":
      return time.toUTCString();
    case "unixTimestamp":
      return String(time.getTime() / 1000);
    case "iso8601":
      return time.toISOString();
  }
}
