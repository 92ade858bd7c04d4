import type { EventBridge } from "../../events/eventBridge.js";
import type { Lambda } from "../../lambda/lambda.js";
import type { Place } from "../../place.js";
import type { Tags } from "../../tags/tags.js";
import type { TagViews } from "../../tags/tagViews.js";
import type { RunCommand } from "../commands/runCommand.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";

/** A Region as maintenance windows know it: what their tasks start, whom they reach, and who is told. */
export interface WindowPlace extends Place {
  readonly events: EventBridge;
  readonly lambda: Lambda;
  readonly nodes: ManagedNodes;
  readonly runCommand: RunCommand;
  readonly tags: Tags;
  readonly tagViews: TagViews;
}
