import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar } from "yaml";

/**
 * A value as Pulumi's reader of YAML has it, gopkg.in/yaml.v3: whole numbers exact, octal behind a zero, dates as the text
 * that Go prints of them. Values behind it are what `pulumi up` hands to the program.
 */
export type PulumiValue =
  | string
  | boolean
  | number
  | bigint
  | null
  | readonly PulumiValue[]
  | { readonly [key: string]: PulumiValue };

const words: Readonly<Record<string, boolean | number | null>> = {
  ...{ true: true, True: true, TRUE: true, false: false, False: false, FALSE: false },
  ...{ "": null, "~": null, null: null, Null: null, NULL: null },
  ...{ ".nan": Number.NaN, ".NaN": Number.NaN, ".NAN": Number.NaN },
  ...{
    ".inf": Infinity,
    ".Inf": Infinity,
    ".INF": Infinity,
    "+.inf": Infinity,
    "+.Inf": Infinity,
    "+.INF": Infinity,
  },
  ...{ "-.inf": -Infinity, "-.Inf": -Infinity, "-.INF": -Infinity },
};

/** @throws Error for what is not YAML */
export function readPulumiYaml(text: string): PulumiValue {
  const document = parseDocument(text, { schema: "failsafe", resolveKnownTags: false });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  const read = (node: unknown): PulumiValue => {
    if (isAlias(node)) return read(node.resolve(document));
    if (isSeq(node)) return node.items.map(read);
    if (isMap(node)) return Object.assign(Object.create(null), ...node.items.flatMap(member));
    return isScalar(node) ? scalar(node) : null;
  };
  const member = ({ key, value }: Pair): PulumiValue[] => {
    if (isScalar(key) && key.type === "PLAIN" && key.source === "<<") return [read(value)].flat();
    return [{ [keyText(read(key))]: read(value) }];
  };
  return read(document.contents);
}

function keyText(key: PulumiValue): string {
  if (key === null) return "<nil>";
  return typeof key === "object" ? pulumiJson(key) : String(key);
}

function scalar({ type, source, value, tag }: Scalar): PulumiValue {
  const isPlain = type === "PLAIN" || (type === undefined && value === null);
  if (!isPlain || tag === "!!str" || tag === "tag:yaml.org,2002:str") return String(value);
  return plain(source ?? "");
}

/** `resolve` of yaml.v3: a word, then by the first sign a date, a whole number, a fraction, or a text. */
function plain(text: string): PulumiValue {
  if (Object.hasOwn(words, text)) return words[text] ?? null;
  if (!/^[\d.+-]/.test(text)) return text;
  if (text.startsWith(".")) return /^\.\d+([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
  return dateText(text) ?? number(text.replaceAll("_", "")) ?? text;
}

/** Whole numbers are those of 64 bits, with or without a sign. */
function number(text: string): bigint | number | undefined {
  const [, sign = "", digits = ""] =
    /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+)$/.exec(text) ?? [];
  const isOctal = /^0[oO]?\d/.test(digits);
  const isDecimal = /^(0|[1-9]\d*)$/.test(digits);
  if (digits !== "" && (isOctal || isDecimal || /^0[xXbB]/.test(digits)) && !/^0\d*[89]/.test(digits)) {
    const value = BigInt(isOctal ? `0o${digits.replace(/^0[oO]?/, "")}` : digits);
    const whole = sign === "-" ? -value : value;
    if (whole >= -(2n ** 63n) && whole < (sign === "" ? 2n ** 64n : 2n ** 63n)) return whole;
  }
  return /^[+-]?(\.\d+|\d+(\.\d*)?)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

const stamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[+-]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?))?$/;

/** A date as Go's time.Time.String prints it; undefined for what is none. */
function dateText(text: string): string | undefined {
  const found = stamp.exec(text);
  if (found === null) return undefined;
  const [, year = "", month = "", day = "", ...rest] = found;
  const [hour = "0", minute = "0", second = "0"] =
    rest[0] === undefined ? rest.slice(5, 8) : rest.slice(0, 3);
  const fraction = (rest[3] ?? rest[8] ?? "").replace(/\.?0+$/, "");
  const two = (part: string) => part.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  const instant = new Date(`${date}T${time}Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== `${date}T${time}.000Z`) return undefined;
  const zone = (rest[4] ?? "Z").replace(":", "");
  return `${date} ${time}${fraction} ${zone === "Z" ? "+0000 UTC" : `${zone} ${zone}`}`;
}

/**
 * JSON of a value as Go writes it.
 *
 * @throws RangeError for a number that JSON has not
 */
export function pulumiJson(value: PulumiValue): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value))
    throw new RangeError(`${value} is no number of JSON`);
  if (Array.isArray(value)) return `[${value.map(pulumiJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${pulumiJson(member)}`,
  );
  return `{${members.sort().join(",")}}`;
}
