import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";

export interface Document {
  readonly Statement: readonly { readonly Sid: string }[];
}

/** Takes one statement out of the policies of a resource. */
export function without(resource: string, sid: string): ResourceChange {
  return (_type, name, inputs) => {
    if (name !== resource) return inputs;
    const key = "assumeRolePolicy" in inputs ? "assumeRolePolicy" : "policy";
    const document = JSON.parse(String(inputs[key])) as Document;
    const Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
    expect(Statement, `${resource} has no statement ${sid}`).to.have.length(document.Statement.length - 1);
    return { ...inputs, [key]: JSON.stringify({ ...document, Statement }) };
  };
}
