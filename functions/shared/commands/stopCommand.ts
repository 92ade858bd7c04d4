import { chunks } from "../chunks.js";
import { settle } from "../errors.js";
import { type Invocation, isRunning, isWaiting } from "./invocations.js";

/** Most nodes of a call (API CancelCommand, InstanceIds). */
const nodesPerCall = 50;
/**
 * Nodes of a call, one look after the other, while AWS refuses calls: of those 50 one that is terminated is enough (API
 * CancelCommand, InvalidInstanceId).
 */
const looks = [nodesPerCall, 10, 2, 1];

/** What commands are stopped with. */
export interface CommandStops {
  /**
   * A command on single nodes, page by page, each of which is read when it is asked for.
   *
   * @param status of those that are asked for, if not for all
   */
  invocationPages(
    commandId: string,
    signal: AbortSignal,
    status?: "InProgress",
  ): AsyncIterable<readonly Invocation[]>;
  /** Cancels a command on some nodes. */
  cancelOn(commandId: string, nodeIds: readonly string[], signal: AbortSignal): Promise<void>;
}

/** What was found of commands, and ended. */
export interface Stopped {
  /** Nodes whose turn had not come: nothing begins on them any more. */
  readonly cancelled: readonly string[];
  /** Nodes that are at it, which are left alone: a package manager that is killed leaves a broken node. */
  readonly atWork: readonly string[];
  readonly errors: readonly string[];
}

/**
 * Lets commands begin on none of the nodes that wait for them, and leaves alone who is at it. It may be called again at any time.
 *
 * Who waits according to a page is cancelled before the next page is read: a list that is older has nodes in it that have
 * begun since, and would be killed at work.
 *
 * @param membersOf nodes that each command was sent for, by its id, as far as they are known; asked when all who are listed are stopped
 */
export async function stopCommands(
  stops: CommandStops,
  commandIds: readonly string[],
  membersOf: () => Promise<ReadonlyMap<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<Stopped> {
  const commands = commandIds.map((id) => new CommandStop(stops, id, signal));
  for (const command of commands) await command.stopListed();
  const errors: string[] = [];
  if (commands.length > 0) {
    const members = await settle(membersOf());
    if (!members.ok) errors.push(members.error);
    else for (const command of commands) await command.stopUnlisted(members.value.get(command.id) ?? []);
  }
  const all = (part: "cancelled" | "atWork") =>
    [...new Set(commands.flatMap((one) => [...one[part]]))].sort();
  return {
    cancelled: all("cancelled"),
    atWork: all("atWork"),
    errors: [...errors, ...commands.flatMap((one) => one.errors)],
  };
}

class CommandStop {
  readonly cancelled = new Set<string>();
  readonly atWork = new Set<string>();
  readonly errors: string[] = [];
  private readonly listed = new Set<string>();
  private isListed = false;

  constructor(
    private readonly stops: CommandStops,
    readonly id: string,
    private readonly signal: AbortSignal,
  ) {}

  async stopListed(): Promise<void> {
    for (const size of looks) {
      const found = await settle(this.look(size));
      if (!found.ok) this.errors.push(found.error);
      if (!found.ok || found.value.length === 0) return;
      if (size === looks.at(-1)) this.errors.push(...found.value);
    }
  }

  /** @returns what AWS refuses because of some of the nodes */
  private async look(size: number): Promise<string[]> {
    const refused: string[] = [];
    for await (const page of this.stops.invocationPages(this.id, this.signal)) {
      const waiting: string[] = [];
      for (const { nodeId, status } of page) {
        this.listed.add(nodeId);
        if (isWaiting(status)) waiting.push(nodeId);
        else if (isRunning(status)) this.atWork.add(nodeId);
      }
      for (const nodes of chunks(waiting, size)) {
        const refusal = await this.cancel(nodes);
        if (refusal !== undefined) refused.push(`${nodes.join(", ")}: ${refusal}`);
      }
    }
    this.isListed = true;
    return refused;
  }

  /**
   * AWS does not say whether nodes that rate control has not come to are listed: a member that is not has not begun, or has come
   * since and is none of the command's, and is found by halves.
   */
  async stopUnlisted(members: readonly string[]): Promise<void> {
    // Of half a list nobody knows who is at it.
    if (!this.isListed || this.unlisted(members).length === 0) return;
    const stopped = await settle(this.guess(members));
    if (!stopped.ok) this.errors.push(stopped.error);
  }

  private async guess(members: readonly string[]): Promise<void> {
    // Other commands and the members took their time, in which some have begun, and may have ended too.
    await this.noteBegun();
    for (const nodes of chunks(this.unlisted(members), nodesPerCall)) await this.cancelByHalves(nodes);
  }

  /** Before each call those that are at it are read, who are few pages: rate control comes to others with each that ends. */
  private async cancelByHalves(nodes: readonly string[]): Promise<void> {
    await this.noteBegun("InProgress");
    const rest = this.unlisted(nodes);
    if (rest.length === 0 || (await this.cancel(rest)) === undefined || rest.length === 1) return;
    for (const half of chunks(rest, Math.ceil(rest.length / 2))) await this.cancelByHalves(half);
  }

  private async noteBegun(only?: "InProgress"): Promise<void> {
    for await (const page of this.stops.invocationPages(this.id, this.signal, only)) {
      for (const { nodeId, status } of page) {
        if (isWaiting(status)) continue;
        this.listed.add(nodeId);
        if (isRunning(status) && !this.cancelled.has(nodeId)) this.atWork.add(nodeId);
      }
    }
  }

  private unlisted(nodes: readonly string[]): string[] {
    return nodes.filter((node) => !this.listed.has(node));
  }

  /** @returns why AWS refuses one of the nodes, and so all of them */
  private async cancel(nodes: readonly string[]): Promise<string | undefined> {
    let refusal: unknown;
    const outcome = await settle(
      this.stops.cancelOn(this.id, nodes, this.signal).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        refusal = error;
      }),
    );
    if (!outcome.ok) this.errors.push(outcome.error);
    else if (refusal === undefined) for (const node of nodes) this.cancelled.add(node);
    return refusal === undefined ? undefined : String(refusal);
  }
}

/** AWS does not say by which of these names it refuses a node that the command was not sent to, or whether it does. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && ["InvalidInstanceId", "ValidationException"].includes(error.name);
}
