import type { Region } from "../aws/region.js";
import type { Inputs } from "./inputs.js";
import type { Send } from "./send.js";

/** What a provider gives back of a resource that it has made. */
export interface Made {
  readonly id: string;
  readonly state?: Inputs;
}

/**
 * Makes a resource in the simulated account, by the requests that the provider sends for it: what it drops is dropped,
 * what it always sends is sent.
 */
export type Maker = (region: Region, name: string, inputs: Inputs, send: Send) => Made;
