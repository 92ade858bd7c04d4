import type { EventBridge } from "../../events/eventBridge.js";
import type { Place } from "../../place.js";
import type { ServedApis } from "../../servedApis.js";
import type { ResourceGroups } from "../../tags/resourceGroups.js";
import type { Tags } from "../../tags/tags.js";
import type { TagViews } from "../../tags/tagViews.js";
import type { RunCommand } from "../commands/runCommand.js";
import type { Beginning } from "./execution.js";

/** A Region as automations know it: what they read, what they call, and the other Regions that they may run in. */
export interface AutomationPlace extends Place {
  readonly account: Place["account"] & {
    readonly api: ServedApis | undefined;
    /** Another account, or this one. */
    account(id: string): AutomationPlace["account"] | undefined;
    isEnabled(name: string): boolean;
    region(name: string): AutomationPlace;
  };
  readonly automation: {
    begin(beginning: Beginning): { readonly id: string; readonly stop: () => void };
  };
  readonly documents: { isSharedWith(name: string, version: string, accountId: string): boolean };
  readonly events: EventBridge;
  readonly resourceGroups: ResourceGroups;
  readonly runCommand: RunCommand;
  readonly tags: Tags;
  readonly tagViews: TagViews;
}
