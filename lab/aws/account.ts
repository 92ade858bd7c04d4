import { isOptIn } from "#shared/contract/regions.js";
import type { Clock } from "../clock.js";
import { type Faults, noFaults } from "../faults/faults.js";
import { type Fleet, type FleetNode, ownAccountId } from "../fleet/model.js";
import { type Answers, defaultAnswers } from "../unknowns.js";
import { Ids } from "./base/ids.js";
import { Credentials, type Identity } from "./iam/credentials.js";
import { Iam } from "./iam/iam.js";
import { makeNodeRole } from "./iam/nodeRole.js";
import type { AnswerCall } from "./lambda/bootstrap/messages.js";
import { Region, type RegionAccount } from "./region.js";
import { isRegion } from "./regionNames.js";
import { S3 } from "./s3/s3.js";
import type { ServedApis } from "./servedApis.js";

/** What the accounts of a lab have in common. */
interface Common {
  readonly accounts: Map<string, Account>;
  readonly ids: Ids;
  /** The whole fleet. */
  readonly fleet: Fleet;
  endpoint: string | undefined;
  answer: AnswerCall | undefined;
  api: ServedApis | undefined;
}

/** A simulated AWS account: the stack's own, or another one that nodes of the fleet are in. */
export class Account implements RegionAccount {
  readonly id: string;
  readonly partition = "aws";
  readonly ids: Ids;
  /** The nodes of this account. */
  readonly fleet: Fleet;
  readonly iam: Iam;
  readonly credentials: Credentials;
  readonly s3: S3;
  private readonly common: Common;
  private readonly byName = new Map<string, Region>();

  /**
   * @param fleet nodes of all accounts, each of which comes into being with the first
   * @param further the id of one of the others, and what it shares with the first
   */
  constructor(
    readonly clock: Clock,
    fleet: Fleet,
    /** Decides ids, and how long things take. */
    readonly seed: number,
    readonly faults: Faults = noFaults,
    readonly unknowns: Answers = defaultAnswers,
    further?: { readonly id: string; readonly common: Common },
  ) {
    this.id = further?.id ?? ownAccountId;
    this.common = further?.common ?? {
      ...{ accounts: new Map(), ids: new Ids(seed), fleet },
      ...{ endpoint: undefined, answer: undefined, api: undefined },
    };
    this.ids = this.common.ids;
    const others = new Set(fleet.nodes.map(accountOf).filter((id) => id !== ownAccountId));
    this.fleet =
      others.size === 0
        ? fleet
        : { ...fleet, nodes: fleet.nodes.filter((node) => accountOf(node) === this.id) };
    this.iam = new Iam(this);
    makeNodeRole(this.iam, this.partition);
    this.credentials = new Credentials(this);
    this.s3 = new S3(this);
    this.common.accounts.set(this.id, this);
    if (further !== undefined) return;
    for (const id of [...others].sort())
      new Account(clock, fleet, seed, faults, unknowns, { id, common: this.common });
  }

  /** All accounts, this one among them. */
  get accounts(): readonly Account[] {
    return [...this.common.accounts.values()];
  }

  /** Nodes of all accounts. */
  get wholeFleet(): Fleet {
    return this.common.fleet;
  }

  /** The account of an id; undefined where the lab has no such one. */
  account(id: string): Account | undefined {
    return this.common.accounts.get(id);
  }

  /** The Regions of all accounts that anything has used. */
  everywhere(): Region[] {
    return this.accounts.flatMap((account) => account.regions());
  }

  /** The Region that a node is in, which knows it. */
  regionOf(node: FleetNode): Region {
    const account = this.account(accountOf(node));
    if (account === undefined) throw new RangeError(`${node.id} is in no account of this lab`);
    return account.region(node.region);
  }

  /**
   * Whoever calls with an access key, and the account that it is of.
   *
   * @throws AwsError UnrecognizedClientException for a key that there is not
   */
  keyHolder(accessKeyId: string): { readonly account: Account; readonly identity: Identity } {
    const account = this.accounts.find(({ credentials }) => credentials.has(accessKeyId)) ?? this;
    return { account, identity: account.credentials.find(accessKeyId) };
  }

  /** Where the APIs are served, once they are: `http://127.0.0.1:40123`. */
  get endpoint(): string | undefined {
    return this.common.endpoint;
  }
  set endpoint(value) {
    this.common.endpoint = value;
  }

  /** Functions call by this, once their APIs are served; without it they call over the endpoint's port. */
  get answer(): AnswerCall | undefined {
    return this.common.answer;
  }
  set answer(value) {
    this.common.answer = value;
  }

  /** Undefined until they are served. */
  get api(): ServedApis | undefined {
    return this.common.api;
  }
  set api(value) {
    this.common.api = value;
  }

  /** A Region, in being from the first time it is asked for. */
  region(name: string): Region {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const region = new Region(this, name);
    this.byName.set(name, region);
    return region;
  }

  /** Whether the account has a Region: AWS's defaults, and any other where it has nodes. */
  isEnabled(name: string): boolean {
    return (isRegion(name) && !isOptIn(name)) || this.fleet.nodes.some((node) => node.region === name);
  }

  /** Ends the processes that run functions. */
  async close(): Promise<void> {
    await Promise.all(this.everywhere().map((region) => region.lambda.close()));
  }

  /** The Regions that anything has used, in the order of their names. */
  regions(): Region[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function accountOf({ account = ownAccountId }: FleetNode): string {
  return account;
}
