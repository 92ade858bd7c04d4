import { stableText } from "#functions/shared/errors.js";
import { type Seen, seen } from "./facts.js";

/** What reading came to, with an error in the words that stay the same. */
export const look = <T>(reading: Promise<T>): Promise<Seen<T>> => seen(reading, stableText);
