import type { WindowEndEvent } from "#shared/contract/windowEnd.js";
import { counted, several } from "#shared/text/words.js";
import { type CancelOn, cancelWaiting } from "../../shared/commands/cancelWaiting.js";
import { type Invocation, progressOfCommand } from "../../shared/commands/invocations.js";
import type { Notice, Notifier } from "../../shared/message.js";
import { endsOf, type WindowState } from "../../shared/windows/ends.js";

/** Everything that the function reaches, all of it in its own Region. */
export interface WindowEndPorts {
  /** @throws Error when SSM does not say */
  window(id: string, signal: AbortSignal): Promise<WindowState>;
  /** Arranges a call of the function, shortly before a time (ISO 8601); one that is arranged already stays. */
  arrange(event: WindowEndEvent, time: string, signal: AbortSignal): Promise<void>;
  /** Ids of the commands of a window's execution that have not ended. */
  commands(executionId: string, signal: AbortSignal): Promise<readonly string[]>;
  invocations(commandId: string, signal: AbortSignal): Promise<readonly Invocation[]>;
  /** Nodes that the targets of a window select. */
  members(windowId: string, signal: AbortSignal): Promise<readonly string[]>;
  readonly cancelOn: CancelOn;
  readonly notifier: Notifier;
}

/** What an invocation came to. */
export interface WindowEndResult extends WindowEndEvent {
  /** Nodes whose turn had not come: nothing begins on them any more. */
  readonly cancelled: readonly string[];
  /** Nodes that are at it, which are left alone: a package manager that is killed leaves a broken node. */
  readonly atWork: readonly string[];
}

/**
 * Sees to the end of a window's run: arranges it, lets nothing begin after the cutoff, and tells what goes on after the end. It may
 * be called again with the same event.
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
  const { cancelled, atWork, errors } = await look(ports, event, signal);
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

async function look(ports: WindowEndPorts, event: WindowEndEvent, signal: AbortSignal) {
  const cancelled = new Set<string>();
  const atWork = new Set<string>();
  const errors: string[] = [];
  const commands = await ports.commands(event.executionId, signal);
  const isToStop = event.at === "stop";
  const members = isToStop && commands.length > 0 ? await ports.members(event.windowId, signal) : [];
  for (const id of commands) {
    const found = progressOfCommand(id, await ports.invocations(id, signal), members);
    for (const node of found.atWork) atWork.add(node);
    if (!isToStop) continue;
    const stopped = await cancelWaiting(ports.cancelOn, id, found.waiting, signal);
    for (const node of stopped.nodes) cancelled.add(node);
    errors.push(...stopped.errors);
  }
  return { cancelled: [...cancelled].sort(), atWork: [...atWork].sort(), errors };
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
