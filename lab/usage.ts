/** Something that the person at the keyboard can mend: shown as its message alone, with exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
