import type { Region } from "#lab/aws/region.js";
import { minute } from "../support.js";
import { group, idOf } from "./exclusionSupport.js";

/** Somebody puts a node's patch group back and, once the node has seen it, patches it now. */
export function patchAgainst(
  { home, now }: { readonly home: Region; readonly now: number },
  index: number,
): void {
  const { clock } = home.account;
  home.tags.set(home.nodeArn(idOf(index)), { PatchGroup: group, Environment: "dev" });
  clock.at(now + 12 * minute, () => {
    home.runCommand.sendCommand({
      DocumentName: "AWS-RunPatchBaseline",
      InstanceIds: [idOf(index)],
      Parameters: { Operation: ["Install"] },
    });
  });
}
