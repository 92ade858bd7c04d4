import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { operatingSystems } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

/** A repository beside those that nodes have (API: PatchSource). Linux only. */
export interface PatchSource {
  /** Its name, 3 to 50 characters of `a-z A-Z 0-9 _ - .`. */
  name: string;
  /** Products that it is for, such as `AmazonLinux2023`, 1 to 20; `*` is all. */
  products: string[];
  /** The lines of the package manager's file for it, 1 to 1024 characters. */
  configuration: string;
}

/** Everything that is wrong with a baseline's sources. */
export function sourceProblems(
  path: string,
  operatingSystem: OperatingSystem,
  sources: readonly PatchSource[],
): Problem[] {
  if (sources.length === 0) return [];
  if (!operatingSystems[operatingSystem].nonSecurity)
    return [
      {
        propertyPath: path,
        reason: `is for Linux only, not for ${operatingSystem}. Leave it out.`,
        instead: null,
      },
    ];
  const problems: Problem[] = [];
  const say = (at: string, reason: string) => problems.push({ propertyPath: `${path}${at}`, reason });
  if (sources.length > 20) say("", `got ${sources.length} sources; a baseline takes 20.`);
  sources.forEach(({ name, products, configuration }, index) => {
    if (!/^[a-zA-Z0-9_\-.]{3,50}$/.test(name))
      say(
        `[${index}].name`,
        `got ${shown(name)}; allowed are 3 to 50 characters of a-z A-Z 0-9 _ - and a dot.`,
      );
    if (products.length < 1 || products.length > 20)
      say(`[${index}].products`, `got ${products.length} products; allowed are 1 to 20. Use ["*"] for all.`);
    if (configuration.length < 1 || configuration.length > 1024)
      say(`[${index}].configuration`, `has ${configuration.length} characters; allowed are 1 to 1024.`);
  });
  return problems;
}
