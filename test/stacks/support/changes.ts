import { at } from "../../support/rule.js";
import type { RuleName } from "../../support/rules.js";

/** Breaks something in the inputs of a resource. */
export type Change = (props: Record<string, unknown>) => void;

export const set =
  (key: string, value: unknown): Change =>
  (props) => {
    if (value === undefined) delete props[key];
    else props[key] = value;
  };

/** Changes the text of a policy, and fails when there is nothing to change. */
export const rewrite =
  (key: string, from: string, to: string): Change =>
  (props) => {
    const text = String(props[key]);
    if (!text.includes(from)) throw new Error(`${key} does not contain ${from}: ${text}`);
    props[key] = text.replace(from, to);
  };

/** Changes something inside a task's command. */
export const command =
  (key: string, value: unknown): Change =>
  ({ taskInvocationParameters }) => {
    const parameters = at(taskInvocationParameters, "runCommandParameters") as Record<string, unknown>;
    set(key, value)(parameters);
  };

export const operation = (name: string) => command("parameters", [{ name: "Operation", values: [name] }]);
export const targets = (...keys: string[]) =>
  set(
    "targets",
    keys.map((key) => ({ key, values: ["x"] })),
  );
export const filters = (key: string, further: object = {}) =>
  set("approvalRules", [{ patchFilters: [{ key, values: ["*"] }], ...further }]);

/** A rule, the resource that is broken, how, what the rule says, and of which resource when it is another one. */
export type Broken = readonly [rule: RuleName, name: string, change: Change, says: string, about?: string];
