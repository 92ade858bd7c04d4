import type { DatedPatch, Exception } from "./model.js";

/** The entry that keeps a patch off: a hold keeps off all. */
export function exceptionFor(
  exclusions: readonly Exception[],
  { name }: Pick<DatedPatch, "name">,
): Exception | null {
  return (
    exclusions.find(
      ({ effect, patches }) => effect === "hold" || patches.some((one) => isMeant(one, name)),
    ) ?? null
  );
}

/** Architectures as packages are reported with: `openssl.x86_64` (API PatchComplianceData, KBId). */
const architecture = /\.(x86_64|aarch64|noarch|i[3-6]86|amd64|arm64|all|ppc64le|s390x)$/;

/** Whether a rejected patch's name, with at most one `*`, is that of a patch, of a package, or of one of its versions. */
function isMeant(rejected: string, name: string): boolean {
  const names = [name, name.replace(architecture, "")];
  const [start = "", end] = rejected.split("*");
  if (end !== undefined)
    return names.some((one) => one.startsWith(start) && one.slice(start.length).endsWith(end));
  return names.some(
    (one) => one === rejected || /^[-._:]\d/.test(one.startsWith(rejected) ? one.slice(rejected.length) : ""),
  );
}
