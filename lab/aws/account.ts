import { isOptIn } from "#shared/contract/regions.js";
import type { Clock } from "../clock.js";
import { type Faults, noFaults } from "../faults/faults.js";
import type { Fleet } from "../fleet/model.js";
import { type Answers, defaultAnswers } from "../unknowns.js";
import { Ids } from "./base/ids.js";
import { Credentials } from "./iam/credentials.js";
import { Iam } from "./iam/iam.js";
import type { AnswerCall } from "./lambda/bootstrap/messages.js";
import { Region, type RegionAccount } from "./region.js";
import { isRegion } from "./regionNames.js";
import { S3 } from "./s3/s3.js";
import type { ServedApis } from "./servedApis.js";

/** The simulated AWS account. */
export class Account implements RegionAccount {
  readonly id = "123456789012";
  readonly partition = "aws";
  readonly ids: Ids;
  readonly iam: Iam;
  readonly credentials: Credentials;
  readonly s3: S3;
  /** Where the account's APIs are served, once they are: `http://127.0.0.1:40123`. */
  endpoint: string | undefined;
  /** Functions call by this, once their APIs are served; without it they call over the endpoint's port. */
  answer: AnswerCall | undefined;
  /** Undefined until they are served. */
  api: ServedApis | undefined;
  private readonly byName = new Map<string, Region>();

  constructor(
    readonly clock: Clock,
    readonly fleet: Fleet,
    /** Decides ids, and how long things take. */
    readonly seed: number,
    readonly faults: Faults = noFaults,
    readonly unknowns: Answers = defaultAnswers,
  ) {
    this.ids = new Ids(seed);
    this.iam = new Iam(this);
    this.credentials = new Credentials(this);
    this.s3 = new S3(this);
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

  /** Ends the processes that run the account's functions. */
  async close(): Promise<void> {
    await Promise.all(this.regions().map((region) => region.lambda.close()));
  }

  /** The Regions that anything has used, in the order of their names. */
  regions(): Region[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
