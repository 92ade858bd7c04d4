/**
 * The values of a minutes or hours field, expanded and sorted.
 * `repeating` records that the text used `*` or `/`, which decides the daylight-saving rule of the schedule.
 */
export interface TimeField {
  readonly values: readonly number[];
  readonly repeating: boolean;
}

/** Day of the month: `?`, a set of days 1-31, `L`, `LW`, or the weekday nearest to a day (`15W`). */
export type DayOfMonth =
  | { readonly kind: "any" }
  | { readonly kind: "days"; readonly days: readonly number[] }
  | { readonly kind: "last" }
  | { readonly kind: "lastWeekday" }
  | { readonly kind: "nearestWeekday"; readonly day: number };

/** Day of the week, 1 = Sunday to 7 = Saturday: `?`, a set of days, the last one (`6L`), or the n-th (`5#3`). */
export type DayOfWeek =
  | { readonly kind: "any" }
  | { readonly kind: "days"; readonly days: readonly number[] }
  | { readonly kind: "last"; readonly day: number }
  | { readonly kind: "nth"; readonly day: number; readonly nth: number };

/** The fields of a cron expression, all expanded to plain numbers. */
export interface CronFields {
  /** 0-59; 0 when the expression has no seconds field. */
  readonly second: number;
  readonly minutes: TimeField;
  readonly hours: TimeField;
  readonly dayOfMonth: DayOfMonth;
  /** 1-12. */
  readonly months: readonly number[];
  readonly dayOfWeek: DayOfWeek;
  /** 1970-2199. */
  readonly years: readonly number[];
}

/** A calendar schedule, read in the time zone of the maintenance window. */
export interface CronSchedule extends CronFields {
  readonly kind: "cron";
  /** The expression as it was written. */
  readonly text: string;
}

/** Unit of a rate, always singular here whatever the text said. */
export type RateUnit = "minute" | "hour" | "day";

/** A schedule of equal distances; a day is 24 hours whatever the time zone does. */
export interface RateSchedule {
  readonly kind: "rate";
  readonly text: string;
  /** Whole number from 1 to 999999. */
  readonly value: number;
  readonly unit: RateUnit;
  /** Distance between two runs in milliseconds. */
  readonly periodMs: number;
}

/** A schedule that runs once. */
export interface AtSchedule {
  readonly kind: "at";
  readonly text: string;
  /** The local date and time, in milliseconds, as if it had been written in UTC. */
  readonly wallMs: number;
}

/** A parsed Systems Manager schedule expression. */
export type Schedule = CronSchedule | RateSchedule | AtSchedule;

/** Either the schedule, or every problem found in the text; `problems` is never empty. */
export type ParseResult =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly problems: readonly string[] };
