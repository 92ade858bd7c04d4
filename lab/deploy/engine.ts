import type { Account } from "../aws/account.js";
import { NotModelledError } from "../aws/base/errors.js";
import { callFunction, callType, isMadeOnly, requestOf } from "./calls.js";
import { type Change, type Standing, tagChanges } from "./change.js";
import { deletions } from "./deletions.js";
import { changedInputs } from "./difference.js";
import { type Inputs, watch } from "./inputs.js";
import type { Registration } from "./monitor.js";
import { changeOf, makeResource } from "./resources.js";
import { type SentRequest, sender } from "./send.js";
import type { Failure, Step } from "./steps.js";

/** A resource that the program asks for. */
interface Wanted extends Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** Where it is, or the home Region for what has none. */
  readonly region: string;
}

/** What stands of a resource; undefined once the deployment has failed. */
type Asked = { readonly id: string; readonly state: Inputs } | undefined;

/** A resource of a stack, as it stands in the account. */
interface StandingResource extends Standing, Omit<Wanted, "name" | "inputs"> {
  /** The name that the program gives it. */
  readonly label: string;
  /** A change has put another one in its place, and it is still to be deleted. */
  isReplaced: boolean;
}

/** The resources of a stack between two deployments. */
export interface StackState {
  /** No resource comes before what it depends on. */
  resources: readonly StandingResource[];
  /** Of every resource, components among them, the URNs of what it depends on. */
  graph: ReadonlyMap<string, readonly string[]>;
}

/** Of each account, by type and name, how often a resource has been made in it. */
const madeIn = new WeakMap<Account, Map<string, number>>();

/**
 * What a resource is made as: AWS's provider gives one without a name another each time that it is made, in whichever stack.
 */
function nextName(account: Account, type: string, label: string): string {
  const made = madeIn.get(account) ?? new Map<string, number>();
  madeIn.set(account, made);
  const number = (made.get(`${type} ${label}`) ?? 0) + 1;
  made.set(`${type} ${label}`, number);
  return number === 1 ? label : `${label}-${number}`;
}

/**
 * One deployment, as Pulumi's engine goes about it: what is asked for is made, changed or replaced in the order of asking,
 * and what is left over is deleted afterwards, the last first. The first failure ends it, but for what goes along with it.
 */
export class Engine {
  readonly steps: Step[] = [];
  failure: Failure | undefined;
  /** What stands and has not been asked for yet, with what was replaced. */
  private left: StandingResource[];
  private readonly done: StandingResource[] = [];
  /** URNs of what was deleted because something that it is made of is replaced. */
  private readonly discarded = new Set<string>();
  /** As the program says it now. */
  private readonly graph = new Map<string, readonly string[]>();

  constructor(
    private readonly account: Account,
    private readonly state: StackState,
  ) {
    this.left = [...state.resources];
  }

  /** Notes what the program registers: of components nothing else is asked. */
  register({ urn, dependencies }: Registration): void {
    this.graph.set(urn, dependencies);
  }

  /** What stands then; a call of a function that is asked before something goes takes its time. */
  ask(wanted: Wanted): Asked | Promise<Asked> {
    if (this.failure !== undefined) return undefined;
    const old = this.left.find(({ urn, isReplaced }) => urn === wanted.urn && !isReplaced);
    if (old === undefined)
      return this.make(wanted, this.discarded.has(wanted.urn) ? "replace" : "create", []);
    const changed = changedInputs(old, wanted).filter((input) => input !== "region");
    const { replacedBy } = changeOf(wanted.type);
    const hasMoved = old.region !== wanted.region && !isGlobal(wanted.type);
    if (hasMoved || changed.some((input) => replacedBy.includes(input)))
      return this.replace(old, wanted, hasMoved ? ["region", ...changed] : changed);
    return changed.length === 0 ? this.stand(old, wanted, old.state) : this.update(old, wanted, changed);
  }

  /** What stands then of a call of a function, which takes its time if it is answered. */
  askCall(wanted: Wanted): Asked | Promise<Asked> {
    if (this.failure !== undefined) return undefined;
    const old = this.left.find(({ urn }) => urn === wanted.urn);
    const changed = old === undefined ? [] : changedInputs(old, wanted);
    if (old !== undefined && changed.length === 0) return this.stand(old, wanted, old.state);
    if (old !== undefined && !isMadeOnly(wanted.inputs))
      throw new NotModelledError(`a change of ${wanted.name}`);
    if (old !== undefined) old.isReplaced = true;
    const { name: label, inputs } = wanted;
    const operation = old !== undefined || this.discarded.has(wanted.urn) ? "replace" : "create";
    const note = (made: Asked): Asked => {
      if (made === undefined) return undefined;
      const { id, state } = { id: made.id, state: { ...inputs, ...made.state } };
      this.done.push({ ...wanted, id, state, name: label, label, isReplaced: false });
      return { id, state };
    };
    if (!this.isUnanswered) return this.called(operation, { ...wanted, label }, changed).then(note);
    return note(
      this.attempt(operation, { ...wanted, label }, changed, (sent) => {
        requestOf(label, inputs, "create", sent);
        return { id: label, state: {} };
      }),
    );
  }

  /** Whether nothing can come of a call: where nobody serves the APIs a function reaches none, has done nothing, and takes no time. */
  private get isUnanswered(): boolean {
    const { endpoint, answer } = this.account;
    return endpoint === undefined && answer === undefined;
  }

  /**
   * Deletes what has not been asked for, unless the deployment has failed, and keeps in the state how things stand. What goes at
   * the same time goes whatever becomes of the rest of it.
   */
  async end(): Promise<void> {
    const { graph } = this.state;
    const isGone = (urn: string) => !this.graph.has(urn);
    for (const together of this.failure === undefined ? deletions(this.left, graph, isGone) : []) {
      if (this.failure !== undefined) break;
      for (const resource of together)
        if (this.isAsked(resource)) await this.askedRemoval(resource, "delete");
        else this.remove(resource, resource.isReplaced ? "discard" : "delete");
    }
    this.state.resources = [...this.done, ...this.left];
    this.state.graph = this.failure === undefined ? this.graph : new Map([...graph, ...this.graph]);
  }

  /** Whether a function is called before a resource goes. */
  private isAsked({ type, inputs }: StandingResource): boolean {
    return type === callType && !isMadeOnly(inputs) && !this.isUnanswered;
  }

  private async askedRemoval(resource: StandingResource, operation: "delete" | "discard"): Promise<void> {
    if ((await this.called(operation, resource)) === undefined) return;
    this.left.splice(this.left.indexOf(resource), 1);
    if (operation === "discard") this.discarded.add(resource.urn);
  }

  private async called(
    operation: "create" | "replace" | "delete" | "discard",
    { urn, type, label, region, inputs }: Omit<Wanted, "name"> & { readonly label: string },
    changed: readonly string[] = [],
  ) {
    const requests: SentRequest[] = [];
    const step = { operation, urn, type, name: label, region, changed };
    const action = operation === "delete" || operation === "discard" ? "delete" : "create";
    try {
      const where = this.account.region(region);
      const result = await callFunction(where, label, inputs, action, (sent) => requests.push(sent));
      this.steps.push({ ...step, requests });
      return result;
    } catch (error) {
      this.failure ??= { ...step, cause: error instanceof Error ? error : new Error(String(error)) };
      return undefined;
    }
  }

  private make(wanted: Wanted, operation: "create" | "replace", changed: readonly string[]) {
    const { type, name: label, inputs } = wanted;
    const name = nextName(this.account, type, label);
    const made = this.attempt(operation, { ...wanted, label }, changed, (sent) => {
      const region = this.account.region(wanted.region);
      const { id, state = {} } = makeResource(region, type, name, inputs, sent);
      return { id, state: { ...inputs, ...state } };
    });
    if (made === undefined) return undefined;
    this.done.push({ ...wanted, ...made, name, label, isReplaced: false });
    return made;
  }

  private replace(old: StandingResource, wanted: Wanted, changed: readonly string[]): Asked | Promise<Asked> {
    const make = () => (this.failure === undefined ? this.make(wanted, "replace", changed) : undefined);
    // The bridge deletes first what the program has named, whether or not the name changes.
    if (wanted.deleteBeforeReplace || wanted.inputs.name !== undefined) {
      const going = this.madeOf(old).reverse();
      if (going.some((one) => this.isAsked(one))) return this.discardAsked(going).then(make);
      for (const resource of going) if (this.failure === undefined) this.remove(resource, "discard");
    } else {
      old.isReplaced = true;
    }
    return make();
  }

  private async discardAsked(going: readonly StandingResource[]): Promise<void> {
    for (const resource of going) {
      if (this.failure !== undefined) return;
      if (this.isAsked(resource)) await this.askedRemoval(resource, "discard");
      else this.remove(resource, "discard");
    }
  }

  /** A resource, and all that the provider would have to replace too if the resource's outputs were others. */
  private madeOf(root: StandingResource): StandingResource[] {
    const urns = new Set([root.urn]);
    return this.left.filter((resource) => {
      if (resource === root) return true;
      const { replacedBy } = changeOf(resource.type);
      const isMade = replacedBy.some((input) => resource.sources[input]?.some((urn) => urns.has(urn)));
      if (isMade) urns.add(resource.urn);
      return isMade;
    });
  }

  private update(old: StandingResource, wanted: Wanted, changed: readonly string[]) {
    const { type, inputs } = wanted;
    const { update, retag } = changeOf(type);
    const others = changed.filter((input) => input !== "tags" || retag === undefined);
    const state = this.attempt("update", { ...wanted, label: old.label }, changed, (sent) => {
      const region = this.account.region(wanted.region);
      const updated = others.length === 0 ? {} : this.change(old, wanted, others, update, sent);
      if (others.length < changed.length) {
        const send = sender(`${type} ${old.label}`, sent);
        retag?.(region, old, tagChanges(old.inputs, inputs), send);
      }
      return { ...old.state, ...inputs, ...updated };
    });
    return state === undefined ? undefined : this.stand(old, wanted, state);
  }

  /** Changes what is other than tags; gives what the resource gives back anew. */
  private change(
    old: StandingResource,
    { type, region: where, inputs: given }: Wanted,
    changed: readonly string[],
    update: Change["update"],
    sent: (request: SentRequest) => void,
  ): Inputs {
    const region = this.account.region(where);
    if (update === "asMade") {
      const { tags: _, ...untagged } = given;
      return makeResource(region, type, old.name, untagged, sent).state ?? {};
    }
    const { inputs, isRead } = watch(given);
    const isChanged = (...names: readonly string[]) => names.some((name) => changed.includes(name));
    const state = update?.(region, old, inputs, sender(`${type} ${old.label}`, sent), isChanged);
    const missed = changed.filter((input) => !isRead(input));
    if (missed.length > 0)
      throw new NotModelledError(`a change of ${missed.join(", ")} of ${type} ${old.label}`);
    return state ?? {};
  }

  private stand(old: StandingResource, wanted: Wanted, state: Inputs) {
    this.left.splice(this.left.indexOf(old), 1);
    this.done.push({ ...old, ...wanted, name: old.name, state });
    return { id: old.id, state };
  }

  private remove(resource: StandingResource, operation: "delete" | "discard"): void {
    const { type, retainOnDelete } = resource;
    const isGone = this.attempt(retainOnDelete ? "retain" : operation, resource, [], (sent) => {
      if (retainOnDelete) return true;
      const region = this.account.region(resource.region);
      changeOf(type).remove(region, resource, sender(`${type} ${resource.label}`, sent));
      return true;
    });
    if (isGone !== true) return;
    this.left.splice(this.left.indexOf(resource), 1);
    if (operation === "discard" && !resource.isReplaced) this.discarded.add(resource.urn);
  }

  private attempt<T>(
    operation: Step["operation"],
    { urn, type, label, region }: Omit<Wanted, "name"> & { readonly label: string },
    changed: readonly string[],
    work: (sent: (request: SentRequest) => void) => T,
  ): T | undefined {
    const requests: SentRequest[] = [];
    const step = { operation, urn, type, name: label, region, changed };
    try {
      const result = work((request) => requests.push(request));
      this.steps.push({ ...step, requests });
      return result;
    } catch (error) {
      this.failure ??= { ...step, cause: error instanceof Error ? error : new Error(String(error)) };
      return undefined;
    }
  }
}

/** Whether resources of a type are in no Region. */
function isGlobal(type: string): boolean {
  return type.startsWith("aws:iam/");
}
