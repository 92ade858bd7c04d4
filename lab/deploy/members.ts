import { readConfig } from "#stacks/config/config.js";
import type { PlacedSettings } from "#stacks/stackFiles.js";
import type { Account } from "../aws/account.js";
import { Stack } from "./deploy.js";
import { memberSettings } from "./memberSettings.js";

/** The entry of the program for other accounts, from here. */
const memberProgram = "./memberProgram.js";
/** In the lab a bucket has the name of its resource. */
const logBucket = "logs-bucket";

/** What other accounts need for a stack's central window, deployed into each that the stack names and that has nodes. */
export class Members {
  private readonly stacks = new Map<string, Stack>();

  constructor(private readonly account: Account) {}

  /** @throws whatever a deployment stops at */
  async deploy(settings: PlacedSettings): Promise<void> {
    const read = readConfig(settings.values, settings.project, Date.now(), settings.secretKeys);
    // What the program refuses has not been deployed.
    if (!read.ok || !read.config.stacks.includes("central")) return;
    for (const id of read.config.fanout.accounts ?? []) {
      const account = this.account.account(id);
      if (account === undefined || account === this.account) continue;
      const stack = this.stacks.get(id) ?? new Stack(account, memberProgram);
      this.stacks.set(id, stack);
      const { centralAccount, outputBucket } = memberSettings;
      const told = { [centralAccount]: this.account.id, [outputBucket]: logBucket };
      const { failure } = await stack.deploy({ ...settings, values: { ...settings.values, ...told } });
      if (failure !== undefined) throw failure.cause;
    }
  }

  /** @throws whatever it stops at */
  async destroy(): Promise<void> {
    for (const stack of this.stacks.values()) {
      const { failure } = await stack.destroy();
      if (failure !== undefined) throw failure.cause;
    }
  }
}
