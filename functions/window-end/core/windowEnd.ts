import type { WindowEndEvent } from "#shared/contract/windowEnd.js";
import { counted, several } from "#shared/text/words.js";
import { type CommandStops, type Stopped, stopCommands } from "../../shared/commands/stopCommand.js";
import type { Notice, Notifier } from "../../shared/message.js";
import { endsOf, type WindowState } from "../../shared/windows/ends.js";

/** A command of a window's execution. */
export interface WindowCommand {
  readonly id: string;
  /** Id of the window's target that it was sent to. */
  readonly targetId: string;
}

/** Everything that the function reaches, all of it in its own Region. */
export interface WindowEndPorts extends CommandStops {
  /** @throws Error when SSM does not say */
  window(id: string, signal: AbortSignal): Promise<WindowState>;
  /** Arranges a call of the function, shortly before a time (ISO 8601); one that is arranged already stays. */
  arrange(event: WindowEndEvent, time: string, signal: AbortSignal): Promise<void>;
  /** The commands of a window's execution that have not ended. */
  commands(executionId: string, signal: AbortSignal): Promise<readonly WindowCommand[]>;
  /** Nodes that the targets of a window select, by the target's id. */
  members(windowId: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  readonly notifier: Notifier;
}

/** What an invocation came to. */
export type WindowEndResult = WindowEndEvent & Pick<Stopped, "cancelled" | "atWork">;

/**
 * Sees to the end of a window's run: arranges it, lets nothing begin after the cutoff, nor after the end, and tells what goes on then. It
 * may be called again with the same event.
 *
 * @param now epoch milliseconds
 * @throws Error when it is not arranged, or not ended everywhere, so that the event is tried again and the alarm goes off
 */
export async function endWindow(
  ports: WindowEndPorts,
  event: WindowEndEvent,
  now: number,
  signal: AbortSignal,
): Promise<WindowEndResult> {
  if (event.at === "begin") {
    await arrange(ports, event, now, signal);
    return { ...event, cancelled: [], atWork: [] };
  }
  const { cancelled, atWork, errors } = await stop(ports, event, signal);
  if (event.at === "end" && atWork.length > 0) await ports.notifier.publish(pastEnd(event, atWork));
  if (errors.length > 0) {
    throw new Error(
      `Execution ${event.executionId} of window ${event.windowId} is not stopped on every node that waits: ${several(errors, 20)}`,
    );
  }
  return { ...event, cancelled, atWork };
}

async function arrange(
  ports: WindowEndPorts,
  event: WindowEndEvent,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const ends = endsOf(await ports.window(event.windowId, signal), undefined, now);
  if (typeof ends === "string") throw new Error(`The end of ${event.windowId} is not arranged: ${ends}`);
  await ports.arrange({ ...event, at: "stop" }, ends.stopAt, signal);
  await ports.arrange({ ...event, at: "end" }, ends.endAt, signal);
}

async function stop(
  ports: WindowEndPorts,
  { windowId, executionId }: WindowEndEvent,
  signal: AbortSignal,
): Promise<Stopped> {
  const commands = await ports.commands(executionId, signal);
  const ids = commands.map(({ id }) => id);
  // Of the other target's nodes none is the command's, and AWS refuses each of them.
  const membersOf = async () => {
    const members = await ports.members(windowId, signal);
    return new Map(commands.map(({ id, targetId }) => [id, members.get(targetId) ?? []]));
  };
  return stopCommands(ports, ids, membersOf, signal);
}

function pastEnd({ windowId, executionId }: WindowEndEvent, atWork: readonly string[]): Notice {
  return {
    kind: "window-late",
    about: executionId,
    facts: { nodes: String(atWork.length), windowId },
    subject: `patchplane: install window: ${counted(atWork.length, "node")} at work after the end`,
    text: [
      `Execution ${executionId} of window ${windowId} was to be over by now. These nodes are still at it, and are left alone: a package manager that is killed leaves a broken node. They may reboot.`,
      "",
      `- ${several(atWork, 40)}`,
      "",
    ].join("\n"),
  };
}
