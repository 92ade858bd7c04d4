import { expect } from "chai";
import { appliesTo, nameProblem, stackNameProblem } from "#shared/contract/patchNames.js";

const rpm = ["AMAZON_LINUX_2", "AMAZON_LINUX_2023", "REDHAT_ENTERPRISE_LINUX", "ROCKY_LINUX"];
const apt = ["UBUNTU", "DEBIAN", "RASPBIAN"];
const suse = ["SUSE"];
const all = [
  ...rpm,
  ...suse,
  ...apt,
  "ALMA_LINUX",
  "AMAZON_LINUX",
  "AMAZON_LINUX_2022",
  "CENTOS",
  "MACOS",
  "ORACLE_LINUX",
  "WINDOWS",
];

describe("patch names", () => {
  const takes: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      "RPM systems",
      rpm,
      ["kernel", "kernel.x86_64", "kernel*", "KERNEL*", "kernel-5.10*", "python3_x", "k?rnel*"],
    ],
    [
      "RPM systems",
      rpm,
      ["openssl-1:3.0.8-1.amzn2023.x86_64", "kernel-0:5.10*", "kernel.x86_64:0:5.10-1", "a*:1"],
    ],
    [
      "RPM systems",
      rpm,
      ["389-ds-base", "7zip", "gcc-c++", "alsa-lib-1.2*", "fedora-release*", "SUSEConnect"],
    ],
    [
      "APT systems",
      apt,
      ["openssl", "libssl3*", "linux-image-5.15.0-1051-aws", "g++", "2048-qt", "libc6.amd64"],
    ],
    ["SUSE", suse, ["openssl", "kernel-default*", "java-1_8_0-openjdk", "libstdc..6", "SUSEConnect", "7zip"]],
    [
      "SUSE",
      suse,
      ["vim.x86_64", "kernel-default = 5.14.21-150500.55.1", "vim<9.1", "vim > 9", "kernel-default = 5.14*"],
    ],
    ["Windows", ["WINDOWS"], ["KB5034439", "KB890830", "KB50344391", "MS17-010"]],
    ["macOS", ["MACOS"], ["XProtectPlistConfigData", "macOS Sonoma 14.5-23F79", "python@3.12"]],
  ];
  for (const [where, systems, names] of takes) {
    it(`of ${where}: ${names.join(", ")}`, () => {
      for (const system of systems) {
        for (const name of names) expect(nameProblem(system, name), `${system} ${name}`).to.equal(undefined);
      }
    });
  }

  const refuses: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      "every system",
      all,
      ["", " ", "x".repeat(101), "*", "?", "**", "CVE-2024-1", "cve-2024-1", "CVE", " a"],
    ],
    [
      "every system",
      all,
      ["ALAS-2024-1", "ALAS2-2024-2500", "ALASKERNEL-5.10-2024-048", "ALAS*", "RHSA-2024:1"],
    ],
    ["every system", all, ["USN-1-1", "DSA-5000-1", "openSUSE-SU-2024:1-1", "SUSE-SLE-Module-15-SP4-2024-1"]],
    [
      "RPM systems",
      rpm,
      ["*ssl", "5.10*", "5:3.0", "20*", "123456", "KB5034439", "MS17-010", "kernel:x86_64", "a b"],
    ],
    ["RPM systems", rpm, ["kernel-5.10.rpm", "openssl=3.0", "a[b]", "a/b", "@base", "nodejs:18", ":a", "-a"]],
    [
      "APT systems",
      apt,
      ["openssl=3.0", "openssl_3.0", "openssl/jammy", "linux-image-aws:amd64", "a_1_all.deb"],
    ],
    ["APT systems", apt, ["*ssl", "3.0*", "a:b", "[a]", "KB5034439", "a~b"]],
    [
      "SUSE",
      suse,
      ["*ssl", "5.10*", "123456", "KB5034439", "kernel:x86_64", "a b", "k?rnel", "k*l", "a[b]", "a|b"],
    ],
    ["SUSE", suse, ["kernel-default-5.14*", "kernel-default-5.14.21-150500.55.1", "libstdc++6", "gcc-c++"]],
    [
      "SUSE",
      suse,
      ["vim = 9.1", "vim >= 9.1", "vim != 9", "vim = 1:9.1-2", "vim =", "= 9", "libstdc++6 = 1-2"],
    ],
    [
      "Windows",
      ["WINDOWS"],
      ["kb5034439", "KB12345", "KB123456789", "KB5034*", "MS17-10", "openssl*", "5034439"],
    ],
    ["macOS", ["MACOS"], ["XProtect*", "a?", "[a]", "KB5034439", "a=b"]],
    ["a system that SSM does not know", ["HAIKU", "", "constructor"], ["openssl"]],
  ];
  for (const [where, systems, names] of refuses) {
    it(`not of ${where}: ${names.map((name) => JSON.stringify(name.slice(0, 20))).join(", ")}`, () => {
      for (const system of systems) {
        for (const name of names) expect(appliesTo(name, system), `${system} ${name}`).to.equal(false);
      }
    });
  }

  const written = (fix: string | undefined): string | undefined => {
    const literal = /^Write (".*")\.$/.exec(fix ?? "")?.[1];
    return literal === undefined ? undefined : String(JSON.parse(literal));
  };

  // What the node does with both forms: test/lab/aws/patching/oracles.test.ts.
  for (const [name, works] of [
    ["kernel-default-5.14*", "kernel-default = 5.14*"],
    ["kernel-default-5.14.21", "kernel-default = 5.14.21-*"],
    ["kernel-default-5.14.21-150500.55.1", "kernel-default = 5.14.21-150500.55.1"],
    ["kernel-default-0:5.14.21-150500.55.1.x86_64", "kernel-default = 5.14.21-150500.55.1"],
    ["kernel-default == 5.14.21-1", "kernel-default = 5.14.21-1"],
    ["vim = 9.1", "vim = 9.1-*"],
    ["vim = 1:9.1-2", "vim = 9.1-2"],
    ["libstdc++6", "libstdc..6"],
    ["gcc-c++*", "gcc-c..*"],
    ["k?rnel", "k.rnel"],
    ["kernel-*-base", "kernel-*"],
    ["vim:x86_64", "vim.x86_64"],
  ] as const) {
    it(`of SUSE are mended from ${name} to ${works}`, () => {
      expect(written(nameProblem("SUSE", name)?.fix)).to.equal(works);
      expect(nameProblem("SUSE", works)).to.equal(undefined);
    });
  }

  it("are advised only where they are taken", () => {
    const starts = ["a", "openssl", "kernel-5.10", "KB", "kb ", "MS", "ms", "1:", "2:a", " a", "*", "#", ""];
    const joints = ["", ":", "=", "_", "/", " >= ", ".", " "];
    const ends = [
      "",
      "3.0",
      "amd64",
      "x86_64",
      "5034439",
      "17_010",
      "17010",
      "1.rpm",
      "1_all.deb",
      "3*",
      "*",
    ];
    let advised = 0;
    for (const name of starts.flatMap((start) =>
      joints.flatMap((joint) => ends.map((end) => start + joint + end)),
    )) {
      for (const system of all) {
        let better = written(nameProblem(system, name)?.fix);
        if (better !== undefined) advised++;
        // One advice may lead to the next, but never in a circle.
        for (let steps = 0; better !== undefined && steps < 3; steps++) {
          better = written(nameProblem(system, better)?.fix);
        }
        expect(better, `${system} ${name}`).to.equal(undefined);
      }
    }
    expect(advised).to.be.above(1000);
  });
});

describe("patch names of a stack", () => {
  it("are good if one of its systems takes them", () => {
    const mixed = ["AMAZON_LINUX_2023", "WINDOWS"];
    expect(stackNameProblem(mixed, "openssl*")).to.equal(undefined);
    expect(stackNameProblem(mixed, "KB5034439")).to.equal(undefined);
    expect(stackNameProblem(["WINDOWS"], "openssl*")).not.to.equal(undefined);
    expect(stackNameProblem(["UBUNTU"], "KB5034439")).not.to.equal(undefined);
    const title = "2026-10 Cumulative Update (KB5034439)";
    expect(stackNameProblem(["UBUNTU"], title)?.allowed).to.contain("a number of Windows matches none");
    expect(stackNameProblem([], "openssl")).not.to.equal(undefined);
  });

  it("are explained by the system that was meant", () => {
    const mixed = ["WINDOWS", "UBUNTU"];
    expect(stackNameProblem(mixed, "kb5034439")?.fix).to.equal('Write "KB5034439".');
    expect(stackNameProblem(mixed, "openssl=3.0")?.fix).to.equal('Write "openssl".');
    expect(stackNameProblem(["UBUNTU"], "kb5034439")?.allowed).to.contain("a number of Windows matches none");
    expect(stackNameProblem(["WINDOWS"], "openssl")?.allowed).to.contain("KB5034439");
  });
});
