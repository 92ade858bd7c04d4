import { expect } from "chai";
import { nameWarnings } from "#shared/contract/patchNameWarnings.js";

const blocked = (systems: readonly string[], name: string) => nameWarnings(systems, name, "BLOCK");
const both = ["UBUNTU", "ROCKY_LINUX"];

describe("warnings about names of patches that are allowed", () => {
  for (const [name, whole] of [
    ["kernel", "kernel*"],
    ["kernel.x86_64", "kernel*"],
    ["kernel-5.10*", "kernel*"],
    ["httpd-2.4.62-1.amzn2023.0.1", "httpd*"],
    // The sibling httpd-core of the same source would bring it along.
    ["httpd-0:2.4.62-1.amzn2023.0.1*", "httpd*"],
    ["java-17-amazon-corretto-1:17.0.12+7-1.amzn2023.1.x86_64", "java-17-amazon-corretto*"],
  ] as const) {
    it(`say that ${name} is narrower than ${whole}, on dnf`, () => {
      expect(blocked(both, name)).to.deep.equal([
        `"${name}" does not keep the package out of ROCKY_LINUX where another one needs it, or one of the same source brings it along; "${whole}" does`,
      ]);
      for (const system of ["UBUNTU", "AMAZON_LINUX_2", "SUSE", "WINDOWS"]) {
        expect(blocked([system], name), system).to.deep.equal([]);
      }
    });
  }

  for (const name of ["kernel*", "java-17-amazon-corretto*", "python3.11*", "KB5034439"]) {
    it(`say nothing of ${name}`, () => expect(blocked(both, name)).to.deep.equal([]));
  }

  for (const name of ["libssl3", "libssl3t64", "linux-image-aws", "libc6.amd64"]) {
    it(`say nothing of ${name}, which is a name of Debian`, () =>
      expect(blocked(both, name)).to.deep.equal([]));
  }

  for (const [name, base] of [
    ["openssl*", "openssl-libs"],
    ["glibc*", "glibc"],
    ["ZLIB*", "zlib"],
  ] as const) {
    it(`say that ${name} freezes what needs ${base}, on dnf with block`, () => {
      const [warning, ...more] = blocked(["AMAZON_LINUX_2023"], name);
      expect(more).to.deep.equal([]);
      expect(warning).to.match(/^".*" with block freezes on AMAZON_LINUX_2023 every package that needs /);
      expect(warning)
        .to.contain(`--whatrequires ${base} `)
        .and.to.contain("write action: allow-as-dependency");
      expect(nameWarnings(["AMAZON_LINUX_2023"], name, "ALLOW_AS_DEPENDENCY")).to.deep.equal([]);
      expect(blocked(["AMAZON_LINUX_2", "UBUNTU"], name)).to.deep.equal([]);
    });
  }

  it("say both of a base library that is named too narrowly", () => {
    expect(blocked(["AMAZON_LINUX_2023"], "glibc")).to.have.length(2);
  });

  // SSM user guide, "Package name formats for approved and rejected patch lists": zypper's names are regular expressions.
  for (const [name, meant] of [
    ["OPENSSL", "openssl"],
    ["Kernel-default = 5.14*", "kernel-default = 5.14*"],
    ["mozillafirefox*", "MozillaFirefox*"],
    ["networkmanager-Devel", "NetworkManager-Devel"],
    ["SuseConnect", "SUSEConnect"],
  ] as const) {
    it(`say that ${name} is not in the case of SUSE's packages, and nothing of it elsewhere`, () => {
      for (const systems of [["SUSE"], ["UBUNTU", "SUSE", "AMAZON_LINUX_2"]])
        expect(blocked(systems, name)).to.deep.equal([
          `"${name}" is compared on SUSE with regard to capitals, and so it probably matches no package there; "${meant}" may be meant`,
        ]);
      expect(blocked(["UBUNTU", "AMAZON_LINUX_2"], name)).to.deep.equal([]);
      expect(blocked(["SUSE"], meant)).to.deep.equal([]);
    });
  }

  for (const name of [
    "openssl*",
    "perl-XML-Parser",
    "libQt5Core5",
    "7zip",
    "libstdc..6",
    "389-ds",
    "R-base",
  ]) {
    it(`say nothing of the case of ${name} on SUSE`, () => expect(blocked(["SUSE"], name)).to.deep.equal([]));
  }

  it("say that SUSE knows no allow-as-dependency", () => {
    expect(nameWarnings(["UBUNTU", "SUSE"], "openssl", "ALLOW_AS_DEPENDENCY")).to.deep.equal([
      'SUSE locks rejected packages whatever the action, so that "openssl" is not allowed there as a dependency',
    ]);
    expect(nameWarnings(["UBUNTU"], "openssl", "ALLOW_AS_DEPENDENCY")).to.deep.equal([]);
  });
});
