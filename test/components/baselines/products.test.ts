import { expect } from "chai";
import { baselineProblems } from "#components/baselines/baselineRules.js";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";

function problemsOf(system: OperatingSystem, ...product: string[]) {
  return baselineProblems("b", system, { approvalRules: [{ product }] });
}

describe("a product", () => {
  for (const [system, ...values] of [
    ["AMAZON_LINUX", "AmazonLinux2018.03"],
    ["AMAZON_LINUX_2", "AmazonLinux2", "AmazonLinux2.0"],
    ["AMAZON_LINUX_2023", "AmazonLinux2023"],
    ["UBUNTU", "Ubuntu16.04", "Ubuntu24.04"],
    ["DEBIAN", "Debian8", "Debian12"],
    ["REDHAT_ENTERPRISE_LINUX", "RedhatEnterpriseLinux7.4", "RedhatEnterpriseLinux10.1"],
    ["SUSE", "Suse12.0", "Suse15.6"],
    ["ORACLE_LINUX", "OracleLinux7.5", "OracleLinux9.2"],
    ["WINDOWS", "WindowsServer2022", "Windows10LTSB", "Office 2016", "Windows11"],
    // Nothing documents how these are spelled.
    ["ROCKY_LINUX", "RockyLinux9.4"],
    ["CENTOS", "Centos7.0", "CentOS8"],
  ] as const)
    it(`of ${system} may be ${values.join(", ")}`, () =>
      expect(problemsOf(system, ...values)).to.deep.equal([]));

  it("may be any, of every system", () => {
    for (const system of operatingSystemNames) expect(problemsOf(system, "*"), system).to.deep.equal([]);
  });

  for (const [system, value, instead] of [
    ["UBUNTU", "ubuntu22.04", "Ubuntu22.04"],
    ["UBUNTU", "Ubuntu 22.04", "Ubuntu22.04"],
    ["UBUNTU", "22.04", "Ubuntu22.04"],
    ["UBUNTU", "Ubunut22.04", "Ubuntu22.04"],
    ["AMAZON_LINUX_2023", "Amazon Linux 2023", "AmazonLinux2023"],
    ["REDHAT_ENTERPRISE_LINUX", "RedHatEnterpriseLinux8.4", "RedhatEnterpriseLinux8.4"],
    ["SUSE", "SUSE15.4", "Suse15.4"],
    ["WINDOWS", "Windows Server 2019", "WindowsServer2019"],
    ["WINDOWS", "windowsserver2012r2", "WindowsServer2012R2"],
  ] as const)
    it(`of ${system} is not ${value} but ${instead}`, () => {
      const reason = `got "${value}", which matches no patch; did you mean ${instead}?`;
      expect(problemsOf(system, "*", value)).to.deep.equal([
        { propertyPath: "b.approvalRules[0].product[1]", reason, instead },
      ]);
      expect(problemsOf(system, instead)).to.deep.equal([]);
    });

  for (const [system, value, reason] of [
    ["UBUNTU", "Debian12", "a product of DEBIAN: it matches no patch of UBUNTU."],
    [
      "AMAZON_LINUX_2",
      "AmazonLinux2023",
      "a product of AMAZON_LINUX_2023: it matches no patch of AMAZON_LINUX_2.",
    ],
    [
      "AMAZON_LINUX_2023",
      "WindowsServer2022",
      "a product of WINDOWS: it matches no patch of AMAZON_LINUX_2023.",
    ],
    [
      "ROCKY_LINUX",
      "RedhatEnterpriseLinux9.4",
      "a product of REDHAT_ENTERPRISE_LINUX: it matches no patch of ROCKY_LINUX.",
    ],
    ["WINDOWS", "Ubuntu22.04", "a product of UBUNTU: it matches no patch of WINDOWS."],
    ["UBUNTU", "Jammy", "which matches no patch; products of UBUNTU are named as Ubuntu22.04."],
    [
      "REDHAT_ENTERPRISE_LINUX",
      "RHEL8",
      "which matches no patch; products of REDHAT_ENTERPRISE_LINUX are named as RedhatEnterpriseLinux8.4.",
    ],
  ] as const)
    it(`of ${system} is not ${value}`, () =>
      expect(problemsOf(system, value)).to.deep.equal([
        { propertyPath: "b.approvalRules[0].product[0]", reason: `got "${value}", ${reason}` },
      ]));
});
