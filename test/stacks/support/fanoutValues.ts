/** What makes a stack of scan and install one of all three parts, over its own Region and another. */
export const fanoutValues = {
  stacks: '["scan","install","central"]',
  fanoutRegions: '["us-east-1","eu-west-3"]',
  fanoutSchedule: "cron(0 12 ? * SAT *)",
} as const;
