/** State of change calendars together. */
export interface CalendarState {
  /** OPEN only when all of them are open. */
  readonly state: string;
  /** When that changes, ISO 8601; undefined when it never does. */
  readonly nextTransition: string | undefined;
}
