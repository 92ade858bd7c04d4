import type { Faults } from "../faults/faults.js";
import type { Fleet } from "../fleet/model.js";
import type { Iam } from "./iam/iam.js";
import type { Owner } from "./owner.js";

/** What every service may ask of where it is: of its Region, and of the account. What else it needs, it names. */
export interface Place {
  readonly name: string;
  readonly account: Owner & {
    readonly iam: Iam;
    readonly fleet: Fleet;
    /** Decides ids, and how long things take. */
    readonly seed: number;
    readonly faults: Faults;
  };
  /** An ARN of the account in this Region. */
  arn(service: string, resource: string): string;
  /** ARN of a node: an EC2 instance's, or a hybrid node's. */
  nodeArn(id: string): string;
}
