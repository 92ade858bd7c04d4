/** Whether a resource's own policy lets a service of AWS do something. Conditions are asked only of refusals. */
export type Says = "allows" | "denies" | "says nothing";

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * What a policy says of a service, or of everybody. IAM's simulator asks no policy of a resource for a role ("Simulation of
 * resource-based policies isn't supported for IAM roles", API reference of SimulatePrincipalPolicy), and none for a
 * service: so the statements are read here. Total: what is no policy allows nothing.
 *
 * @param who a service's principal, or an ARN
 */
export function policySays(document: string, who: string, action: string): Says {
  const fitting = statementsOf(document).filter(
    (statement) =>
      speaksOf(statement.Principal, who) &&
      statement.NotPrincipal === undefined &&
      texts(statement.Action).some((pattern) => covers(pattern, action)),
  );
  if (fitting.some((one) => one.Effect === "Deny" && !isUsual(one))) return "denies";
  return fitting.some((one) => one.Effect === "Allow") ? "allows" : "says nothing";
}

/** The refusal of what comes without encryption, which nothing of AWS's does. */
function isUsual({ Condition = {} }: Statement): boolean {
  return Object.entries(Condition).some(([operator, keys]) =>
    Object.entries(keys).some(
      ([key, value]) =>
        key.toLowerCase() === "aws:securetransport" &&
        operator.startsWith("Bool") &&
        String(value) === "false",
    ),
  );
}

function statementsOf(document: string): readonly Statement[] {
  try {
    const parsed: unknown = JSON.parse(document);
    const statements = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "Statement") : [];
    return [statements].flat().filter((one): one is Statement => typeof one === "object" && one !== null);
  } catch {
    // Whoever wrote no JSON has allowed nothing.
    return [];
  }
}

function speaksOf(principal: unknown, who: string): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  const values = Object.values(principal).flatMap(texts);
  const account = /^arn:[\w-]+:iam::(\d{12}):/.exec(who)?.[1];
  return values.some(
    (value) =>
      value === "*" ||
      value === who ||
      (account !== undefined && (value === account || value.endsWith(`:iam::${account}:root`))),
  );
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one): one is string => typeof one === "string");
}

/** Actions are the same in any case, with `*` and `?`. */
function covers(pattern: string, action: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "i").test(action);
}
