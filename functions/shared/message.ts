/** A message to the people of a stack. */
export interface Notice {
  /** At most 100 ASCII characters without line breaks (SNS). */
  readonly subject: string;
  readonly text: string;
}

/** Tells people. */
export interface Notifier {
  publish(message: Notice): Promise<void>;
}
