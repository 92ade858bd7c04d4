import { expect } from "chai";
import { baselineProblems } from "#components/baselines/baselineRules.js";
import { readManifest } from "#functions/exclusion-processor/manifest/readManifest.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";

/** What the stack file says of a name that is to be rejected, from what is allowed on. */
function inConfiguration(system: OperatingSystem, name: string): string | undefined {
  const settings = { approvalRules: [{ product: ["*"] }], rejectedPatches: [name] };
  return words(baselineProblems("b", system, settings)[0]?.reason);
}

/** What a manifest for a stack of the same operating system says of it. */
function inManifest(system: OperatingSystem, name: string): string | undefined {
  const entry = { id: "a", patches: [name], nodes: ["i-0a1b2c3d4e5f60718"], reason: "r", owner: "o" };
  const text = JSON.stringify({ version: 1, exclusions: [{ ...entry, expires: "2026-10-01" }] });
  const rules = { regions: ["us-east-1"], operatingSystems: [system], timezone: "UTC", maxExclusionDays: 90 };
  const uploadedAt = Date.parse("2026-09-06T00:00:00Z");
  const read = readManifest({ key: "exclusions/a.json", text, uploadedAt }, rules);
  if (read.ok) return undefined;
  const [problem] = read.problems;
  return words(`${problem?.message}${problem?.fix === undefined ? "" : ` ${problem.fix}`}`);
}

function words(message: string | undefined): string | undefined {
  return message?.replace(/^.*?; allowed is /s, "");
}

const refused: readonly (readonly [OperatingSystem, string])[] = [
  ["ROCKY_LINUX", "RLSA-2024:1234"],
  ["ALMA_LINUX", "ALSA-2024:1234"],
  ["CENTOS", "CESA-2024:1234"],
  ["ORACLE_LINUX", "ELBA-2024-1234"],
  ["REDHAT_ENTERPRISE_LINUX", "RHEA-2024:1"],
  ["REDHAT_ENTERPRISE_LINUX", "RHSA-2024:1"],
  ["SUSE", "SUSE-SU-2024:1"],
  ["DEBIAN", "DLA-3700-1"],
  ["UBUNTU", "LSN-0100-1"],
  ["UBUNTU", "CVE_2024_1234"],
  ["AMAZON_LINUX_2", "ALASKERNEL-5.10-2024-048"],
  ["AMAZON_LINUX_2023", "ALAS*"],
  ["AMAZON_LINUX_2023", "openssl-1.1.rpm"],
  ["AMAZON_LINUX_2023", "openssl=3.0.8"],
  ["AMAZON_LINUX_2023", "kernel:x86_64"],
  ["AMAZON_LINUX_2023", "5.10*"],
  ["AMAZON_LINUX_2023", "1:kernel"],
  ["AMAZON_LINUX_2023", "20240101"],
  ["AMAZON_LINUX_2023", "open ssl"],
  ["UBUNTU", "KB5034439"],
  ["UBUNTU", "openssl "],
  ["UBUNTU", " openssl"],
  ["UBUNTU", "openssl=3.0.2"],
  ["UBUNTU", "openssl/jammy"],
  ["UBUNTU", "libc6:amd64"],
  ["UBUNTU", "openssl_3.0.2_amd64.deb"],
  ["UBUNTU", "*ssl"],
  ["UBUNTU", "?*"],
  ["UBUNTU", "-openssl"],
  ["UBUNTU", ""],
  ["UBUNTU", " "],
  ["SUSE", "n".repeat(101)],
  ["WINDOWS", "kb5034439"],
  ["WINDOWS", "5034439"],
  ["WINDOWS", "KB 5034439"],
  ["WINDOWS", "MS17-10"],
  ["WINDOWS", "openssl"],
  ["WINDOWS", "KB*"],
  ["WINDOWS", "*"],
  ["MACOS", "macOS*"],
  ["MACOS", "KB5034439"],
];

const taken: readonly (readonly [OperatingSystem, string])[] = [
  ["UBUNTU", "openssl*"],
  ["UBUNTU", "linux-image-aws"],
  ["UBUNTU", "libc6.amd64"],
  ["AMAZON_LINUX_2023", "kernel-0:5.10*"],
  ["AMAZON_LINUX_2023", "389-ds-base"],
  ["ALMA_LINUX", "alsa-lib-1.2*"],
  ["SUSE", "n".repeat(100)],
  ["WINDOWS", "KB5034439"],
  ["WINDOWS", "MS17-010"],
  ["MACOS", "python@3.12"],
];

describe("a patch name, in the stack file and in a manifest", () => {
  for (const [system, name] of refused) {
    it(`is refused in the same words: ${system} ${JSON.stringify(name.slice(0, 30))}`, () => {
      const said = inManifest(system, name);
      expect(said).to.match(/\S/);
      expect(inConfiguration(system, name)).to.equal(said);
    });
  }

  for (const [system, name] of taken) {
    it(`is taken in both: ${system} ${JSON.stringify(name.slice(0, 30))}`, () => {
      expect([inConfiguration(system, name), inManifest(system, name)]).to.deep.equal([undefined, undefined]);
    });
  }
});
