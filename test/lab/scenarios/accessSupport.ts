import { expect } from "chai";
import type { Call, Iam } from "#lab/aws/iam/iam.js";
import type { Region } from "#lab/aws/region.js";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import type { Inputs } from "#lab/deploy/inputs.js";
import { makeResource } from "#lab/deploy/resources.js";

interface Document {
  readonly Statement: readonly { readonly Sid: string }[];
}

const keyOf = (inputs: Inputs) => ("assumeRolePolicy" in inputs ? "assumeRolePolicy" : "policy");

/** Takes one statement out of the policies of a resource. */
export function without(resource: string, sid: string): ResourceChange {
  return (_type, name, inputs) => {
    if (name !== resource) return inputs;
    const key = keyOf(inputs);
    const document = JSON.parse(String(inputs[key])) as Document;
    const Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
    expect(Statement, `${resource} has no statement ${sid}`).to.have.length(document.Statement.length - 1);
    return { ...inputs, [key]: JSON.stringify({ ...document, Statement }) };
  };
}

/** A policy, or a resource that has one, as the program registers it. */
interface Registered {
  readonly type: string;
  readonly inputs: Inputs;
}

/** What a deployment registers of policies, so that a lab that goes on can lose statements and get them back. */
export class Policies {
  private readonly registered = new Map<string, Registered>();

  /** @param isWanted decides by the resource's name; without it all are kept */
  constructor(private readonly isWanted = (_name: string) => true) {}

  /** For the lab that deploys; changes nothing. */
  readonly note: ResourceChange = (type, name, inputs) => {
    if (keyOf(inputs) in inputs && this.isWanted(name)) this.registered.set(name, { type, inputs });
    return inputs;
  };

  find(name: string): Registered {
    const found = this.registered.get(name);
    if (found === undefined) throw new RangeError(`the program has no policy of ${name}`);
    return found;
  }

  /** Puts a resource's policy in the place of the one that is there, as if it had been so for long. */
  put(region: Region, name: string, { type, inputs }: Registered): void {
    const { iam } = region.account;
    const PolicyDocument = String(inputs[keyOf(inputs)]);
    const own = String(inputs.name ?? name);
    if (type === "aws:iam/role:Role") iam.updateAssumeRolePolicy({ RoleName: own, PolicyDocument });
    else if (type === "aws:iam/rolePolicy:RolePolicy")
      iam.putRolePolicy({ RoleName: String(inputs.role), PolicyName: own, PolicyDocument });
    else makeResource(region, type, name, inputs);
  }

  takeOut(region: Region, name: string, sid: string): void {
    const { type, inputs } = this.find(name);
    this.put(region, name, { type, inputs: without(name, sid)(type, name, inputs) });
  }

  putBack(region: Region, name: string): void {
    this.put(region, name, this.find(name));
  }

  /** Every statement, with the name of its resource. */
  get statements(): string[] {
    return [...this.registered].flatMap(([name, { inputs }]) => {
      const document = JSON.parse(String(inputs[keyOf(inputs)])) as Document;
      return document.Statement.map(({ Sid }) => `${name} ${Sid}`);
    });
  }
}

/** What roles and services have asked IAM for and were given: with a statement taken out, all of it can be asked for again, without a lab's hour each. */
export class Granted {
  private readonly calls = new Map<string, Call>();
  private readonly assumed = new Map<string, Parameters<Iam["assume"]>>();

  /** Notes it from now on. @param isWanted decides by the role's ARN, or by the service's name */
  constructor(
    private readonly iam: Iam,
    isWanted: (caller: string) => boolean,
  ) {
    const { denialOf, assume } = iam;
    iam.denialOf = (call) => {
      const denial = denialOf.call(iam, call);
      const { caller, settledContext: _, ...asked } = call;
      const who = caller.kind === "role" ? caller.arn : caller.name;
      if (denial === undefined && isWanted(who)) this.calls.set(JSON.stringify([who, asked]), call);
      return denial;
    };
    iam.assume = (...given) => {
      const role = assume.apply(iam, given);
      if (isWanted(given[0])) this.assumed.set(given.join(), given);
      return role;
    };
  }

  /** Actions of it that would be refused now. */
  get refused(): string[] {
    const { iam } = this;
    const actions = [...this.calls.values()].flatMap(({ caller, ...call }) => {
      const now = caller.kind === "role" ? iam.session(caller.arn) : caller;
      return iam.wouldAllow({ ...call, caller: now }) ? [] : [call.action];
    });
    const roles = [...this.assumed.values()].filter((given) => iam.assumed(...given) === undefined);
    return [...new Set([...actions, ...roles.map(() => "sts:AssumeRole")])].sort();
  }
}
