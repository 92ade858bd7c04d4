import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Chromium lies as Debian, Ubuntu, Google's packages and macOS install it. */
const usualPlaces: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @throws Error that says how to mend it where there is no Chromium */
export function executablePath(wish = process.env.CHROMIUM, exists = existsSync): string {
  const places = wish ? [wish] : usualPlaces;
  const found = places.find((path) => exists(path));
  if (found === undefined)
    throw new Error(
      `no Chromium at ${places.join(", ")}. Install it (Debian: apt-get install chromium), or name its program in the variable CHROMIUM.`,
    );
  return found;
}

export function launch(): Promise<Browser> {
  // Chromium's sandbox cannot be had by root in a container; the page is our own and has no script.
  return chromium.launch({ executablePath: executablePath(), args: ["--no-sandbox"] });
}
