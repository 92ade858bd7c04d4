import type { ApiContext, Handlers } from "../operation.js";

/** The Security Token Service. */
export const stsHandlers = {
  GetCallerIdentity: (_input: object, { region: { account }, identity }: ApiContext) => {
    if (identity === undefined) throw new Error("nobody has signed the call");
    return { UserId: identity.userId, Account: account.id, Arn: identity.arn };
  },
} as const satisfies Handlers;
