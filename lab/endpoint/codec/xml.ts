import { type MemberModel, type ServiceModel, type ShapeModel, shapeOf } from "../../aws/model/model.js";
import { toText } from "./text.js";

/** Text as the content of an XML element: what XML cannot hold at all is written as U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 does not allow
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/\r/g, "&#13;")
  );
}

/** An element with a text. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** Writes the members of a structure that stand in the body, as elements. */
export function membersToXml(
  model: ServiceModel,
  { members = {} }: ShapeModel,
  value: Readonly<Record<string, unknown>>,
): string {
  return Object.entries(members)
    .filter(([name, { location }]) => location === undefined && value[name] !== undefined)
    .map(([name, member]) => memberToXml(model, name, member, value[name]))
    .join("");
}

function memberToXml(model: ServiceModel, name: string, member: MemberModel, value: unknown): string {
  const shape = shapeOf(model, member.shape);
  const tag = member.locationName ?? name;
  if (shape.type === "list") {
    const isFlat = member.flattened ?? shape.flattened ?? false;
    const of = shape.member ?? { shape: "" };
    const itemTag = isFlat ? tag : (of.locationName ?? "member");
    const items = (value as readonly unknown[])
      .map((item) => memberToXml(model, itemTag, { shape: of.shape }, item))
      .join("");
    return isFlat ? items : `<${tag}>${items}</${tag}>`;
  }
  if (shape.type === "structure") {
    return `<${tag}>${membersToXml(model, shape, value as Readonly<Record<string, unknown>>)}</${tag}>`;
  }
  if (shape.type === "map") {
    const { key = { shape: "" }, value: of = { shape: "" } } = shape;
    const entries = Object.entries(value as object).map(
      ([name, item]) =>
        `<entry>${memberToXml(model, key.locationName ?? "key", { shape: key.shape }, name)}${memberToXml(model, of.locationName ?? "value", { shape: of.shape }, item)}</entry>`,
    );
    return `<${tag}>${entries.join("")}</${tag}>`;
  }
  return element(tag, toText(shape, value, "iso8601"));
}
