import { hash32 } from "../../random.js";

/**
 * Ids as AWS makes them, but the same ones in every run with the same seed. They depend on what they are for, not on
 * the order in which things are made, which Pulumi does not promise.
 */
export class Ids {
  private readonly counts = new Map<string, number>();

  constructor(private readonly seed: number) {}

  /**
   * A lower-case hexadecimal text.
   *
   * @param purpose what it is for, such as `window|scan`; asked again, it gives another id
   */
  hex(digits: number, purpose: string): string {
    const count = this.counts.get(purpose) ?? 0;
    this.counts.set(purpose, count + 1);
    let text = "";
    for (let part = 0; text.length < digits; part++) {
      text += hash32(this.seed, purpose, count, part).toString(16).padStart(8, "0");
    }
    return text.slice(0, digits);
  }

  /** A UUID of version 4, for a purpose as above. */
  uuid(purpose: string): string {
    const hex = this.hex(32, purpose);
    const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
