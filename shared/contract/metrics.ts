/** What functions count and alarms watch. */

/** Namespace of the metrics of every function, and the dimension that says whose they are. */
export const metricNamespace = "patchplane";
export const metricDimension = "Function";

/** Nodes that were still at work when their window had ended; must stay at 0. */
export const nodesPastEnd = "NodesPastEnd";

/** Metrics of the fan-out's functions that must stay at 0. */
export const fanoutAlarmed = {
  hollow: "HollowRuns",
  regions: "FailedRegions",
  late: nodesPastEnd,
} as const;

/** Hours for which the worst of a stack's windows is overdue; 0 while none is. */
export const hoursOverdue = "HoursOverdue";

/** Metrics of the exclusion processor that must not stay above 0. */
export const exclusionAlarmed = {
  foreign: "ForeignNodes",
  regions: "FailedRegions",
  breach: "Breaches",
} as const;
