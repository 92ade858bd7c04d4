import { AwsError } from "../base/errors.js";
import type { Owner } from "../owner.js";
import type { Caller } from "./evaluate.js";
import type { Iam } from "./iam.js";

/** Whoever calls with an access key. */
export interface Identity {
  /** As sts:GetCallerIdentity tells it. */
  readonly arn: string;
  readonly userId: string;
  /** With the policies of the moment. */
  readonly caller: () => Caller;
  /** When a session ends; of a user never. */
  readonly expiresAt?: number;
  /** Told of each call that comes in with the key, by its action, before it is looked at; a throw is the answer. */
  readonly onCall?: (action: string) => void;
}

/** What a client signs its calls with. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The access keys that there are, and whose they are. Signatures are not verified. */
export class Credentials {
  private readonly byKey = new Map<string, Identity>();
  /** The key of the account's owner, who may do everything. */
  readonly owner: AccessKey;

  constructor(private readonly account: Owner & { readonly iam: Iam }) {
    this.owner = this.issue("AKIA", {
      arn: `arn:${account.partition}:iam::${account.id}:user/lab`,
      userId: "AIDALAB0000000000000",
      caller: () => account.iam.owner,
    });
  }

  /** A key for an identity: `AKIA` for a user's, `ASIA` for one that a role's session has. */
  issue(prefix: "AKIA" | "ASIA", identity: Identity): AccessKey {
    const { ids } = this.account;
    const accessKeyId = `${prefix}${ids.hex(16, `access key|${identity.arn}`).toUpperCase()}`;
    this.byKey.set(accessKeyId, identity);
    return {
      accessKeyId,
      secretAccessKey: ids.hex(40, "secret access key"),
      sessionToken: ids.hex(32, "session token"),
    };
  }

  /** Makes a key worthless. */
  revoke(accessKeyId: string): void {
    this.byKey.delete(accessKeyId);
  }

  /** Whether a key is of this account. */
  has(accessKeyId: string): boolean {
    return this.byKey.has(accessKeyId);
  }

  /** @throws AwsError UnrecognizedClientException for a key that there is not, ExpiredTokenException */
  find(accessKeyId: string): Identity {
    const identity = this.byKey.get(accessKeyId);
    if (identity === undefined) {
      const message = "The security token included in the request is invalid.";
      throw new AwsError("UnrecognizedClientException", message, 403);
    }
    if (identity.expiresAt !== undefined && this.account.clock.now >= identity.expiresAt)
      throw new AwsError(
        "ExpiredTokenException",
        "The security token included in the request is expired",
        403,
      );
    return identity;
  }
}
