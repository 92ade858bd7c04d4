/** Milliseconds of an hour and of a day that no clock change cuts. */
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
