/** How many: a few in `npm test`, all in `npm run test:full`, of which the few are the first. */
export function size(few: number, all: number): number {
  return process.env.FULL === "1" ? all : few;
}
