import type { Clock } from "../../clock.js";

/**
 * Lets everybody go on who waits for what has just happened. A happening that fulfils promises ends with this, so that
 * what follows from them is done before time goes on.
 */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Fulfilled at a simulated time. */
export function until(clock: Clock, time: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(time, () => {
      resolve();
      return othersTurn();
    });
  });
}
