import { AwsError } from "../../aws/base/errors.js";
import { type MemberModel, type ServiceModel, shapeOf } from "../../aws/model/model.js";
import { fromText } from "./text.js";

/** An element: what it has of elements and, where it has none, its text. */
interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Declarations and comments, tags, texts: in this order the parts of a document. */
const parts =
  /<\?[^>]*\?>|<!--.*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/gsy;

function malformed(): AwsError {
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  return new AwsError("MalformedXML", message);
}

/**
 * Reads a document, as far as requests have need of it: no CDATA, no document type.
 *
 * @throws AwsError MalformedXML
 */
function parsed(document: string): XmlElement {
  const root: XmlElement = { name: "", children: [], text: "" };
  const open = [root];
  let end = 0;
  for (const { 0: part, 1: closing, 2: name, 4: empty, index } of document.matchAll(parts)) {
    end = index + part.length;
    const inner = open.at(-1) ?? root;
    if (name === undefined) {
      if (!part.startsWith("<")) inner.text += unescaped(part);
    } else if (closing === "/") {
      if (open.length === 1 || open.pop()?.name !== name) throw malformed();
    } else {
      const made = { name, children: [], text: "" };
      inner.children.push(made);
      if (empty === "") open.push(made);
    }
  }
  const [only, ...others] = root.children;
  const isWhole = end === document.length && open.length === 1 && root.text.trim() === "";
  if (only === undefined || others.length > 0 || !isWhole) throw malformed();
  return only;
}

function unescaped(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const found = code <= 0x10ffff ? String.fromCodePoint(code) : entities[name];
    if (found === undefined || !whole.endsWith(";")) throw malformed();
    return found;
  });
}

/**
 * Reads a value of the model from a document that is nothing else.
 *
 * @throws AwsError MalformedXML for what is no XML, or has elements that the model does not know
 */
export function fromXml(model: ServiceModel, { shape, locationName = shape }: MemberModel, body: string) {
  const root = parsed(body);
  if (root.name !== locationName) throw malformed();
  return readValue(model, shape, root);
}

function readValue(model: ServiceModel, shapeName: string, element: XmlElement): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type !== "structure") {
    try {
      if (element.children.length > 0) throw malformed();
      return fromText(shape, element.text, element.name);
    } catch (error) {
      if (error instanceof AwsError) throw malformed();
      throw error;
    }
  }
  const read: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const of = shapeOf(model, member.shape);
    const tag = member.locationName ?? name;
    known.add(tag);
    const found = element.children.filter((child) => child.name === tag);
    const [first, second] = found;
    if (first === undefined) continue;
    if (of.type === "list" && (member.flattened ?? of.flattened) === true) {
      read[name] = found.map((child) => readValue(model, of.member?.shape ?? "", child));
    } else if (second !== undefined) {
      throw malformed();
    } else {
      // No request that the lab reads in XML has a map or a list in an element of its own.
      read[name] = readValue(model, member.shape, first);
    }
  }
  if (element.children.some(({ name }) => !known.has(name))) throw malformed();
  return read;
}
