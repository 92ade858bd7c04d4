import { setFlagsFromString } from "node:v8";

/**
 * Has V8 optimize functions after four times as much running as it would by itself. Processes of the lab live for seconds, with much
 * code that runs a little: its optimizing compiler takes a quarter of what they compute, and most of that is never earned back.
 */
export function optimizeLater(): void {
  setFlagsFromString("--interrupt-budget=270000");
}
