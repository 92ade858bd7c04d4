/** Minutes for a node where no run has told: an installation with a reboot. */
export const usualMinutes = 30;

/**
 * How often a command goes on to the next nodes, when it takes so many at once.
 *
 * @param rate MaxConcurrency: a number of nodes, or a share of them such as `10%`; one at least
 */
export function turnsOf(rate: string, nodes: number): number {
  const number = Number.parseInt(rate, 10);
  const atOnce = Math.max(1, rate.endsWith("%") ? Math.floor((nodes * number) / 100) : number);
  return Math.ceil(nodes / atOnce);
}
