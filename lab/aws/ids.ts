import { hash32 } from "../random.js";

/** Ids as AWS makes them, but the same ones in every run with the same seed. */
export class Ids {
  private count = 0;

  constructor(private readonly seed: number) {}

  /** A lower-case hexadecimal text. */
  hex(digits: number): string {
    const number = this.count++;
    let text = "";
    for (let part = 0; text.length < digits; part++) {
      text += hash32(this.seed, number, part).toString(16).padStart(8, "0");
    }
    return text.slice(0, digits);
  }

  /** A UUID of version 4. */
  uuid(): string {
    const hex = this.hex(32);
    const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
