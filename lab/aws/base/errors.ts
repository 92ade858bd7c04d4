/** An error of an AWS API, with the code that its clients know it by. */
export class AwsError extends Error {
  /** Headers that the answer carries, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>> = {};

  /**
   * @param code the error's code, such as `DoesNotExistException`
   * @param status the HTTP status that it comes with; below 500 clients do not retry
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** The program asked for something that the lab does not model; never answered with a made-up success. */
export class NotModelledError extends Error {
  constructor(what: string) {
    super(`the lab does not model ${what}`);
    this.name = "NotModelledError";
  }
}

/** What the services answer to input that breaks a documented limit. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/**
 * Refuses input that an operation of the API takes and the lab's does not look at.
 *
 * @param known names of the members that the lab reads, or that change nothing in it
 */
export function refuseOthers(operation: string, input: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && !known.includes(name)) throw new NotModelledError(`${name} of ${operation}`);
  }
}
