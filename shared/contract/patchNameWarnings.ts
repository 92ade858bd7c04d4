import { type OperatingSystem, type PackageManager, packageManagers } from "./operatingSystems.js";
import { appliesTo } from "./patchNames.js";

/** What is done about a rejected patch that another one needs. */
type Action = "ALLOW_AS_DEPENDENCY" | "BLOCK";

/**
 * Packages that most others of an RPM system need, if only through others. The number on a node differs with what is
 * installed; no API of AWS tells what requires what.
 */
const baseLibraries = [
  "audit-libs",
  "bash",
  "ca-certificates",
  "coreutils",
  "crypto-policies",
  "expat",
  "filesystem",
  "glibc",
  "glibc-common",
  "gmp",
  "krb5-libs",
  "libcap",
  "libcurl",
  "libgcc",
  "libselinux",
  "libstdc++",
  "libxcrypt",
  "libxml2",
  "libzstd",
  "ncurses-libs",
  "openssl-libs",
  "pam",
  "pcre2",
  "python3-libs",
  "readline",
  "sqlite-libs",
  "systemd-libs",
  "tzdata",
  "util-linux-core",
  "xz-libs",
  "zlib",
];

/** Names as Debian has them, which are meant for the stack's other systems. */
const debianLike = /^lib[a-z0-9.+-]*\d(t64)?$|^linux-(image|headers|modules)|-dev$|\.(amd64|arm64)$/;

/** Beginnings of names with capitals in SUSE Linux Enterprise 15, which people write in lower case. All others are taken for lower case. */
const capitalsOfSuse = [
  "GraphicsMagick",
  "ImageMagick",
  "libQt5",
  "libX11",
  "Mesa",
  "ModemManager",
  "MozillaFirefox",
  "MozillaThunderbird",
  "NetworkManager",
  "PackageKit",
  "SUSEConnect",
  "SuSEfirewall2",
];

/** A version with its dots, or an architecture, behind the name of a package. */
const narrower =
  /(-(\d+:)?\d[\w~^+]*[.:][\w.~^+:]*(-[\w.~^+]*)?|\.(x86_64|aarch64|noarch|i[3-6]86))(:.*)?\*?$/;

/** What a rejected name does on the systems of a stack that its author may not expect, although it is allowed. */
export function nameWarnings(systems: readonly string[], name: string, action: Action): string[] {
  return [...caseWarning(systems, name), ...actionWarnings(systems, name, action)];
}

/** Of all systems only SUSE compares with regard to case. */
function caseWarning(systems: readonly string[], name: string): string[] {
  const bySuse = takenBy("zypper", systems, name);
  if (bySuse === undefined) return [];
  const [bare = ""] = /^[^\s=<>*]*/.exec(name) ?? [];
  const lower = bare.toLowerCase();
  const known = capitalsOfSuse.find((one) => lower.startsWith(one.toLowerCase()));
  // Capitals within a name are mostly meant: perl-XML-Parser. A whole name in them, or its first letter alone, is not.
  const isOdd = /^[^a-z]*[A-Z]{2}[^a-z]*$|^[A-Z][a-z][^A-Z]*$/.test(bare);
  const meant = known === undefined ? (isOdd ? lower : bare) : `${known}${bare.slice(known.length)}`;
  if (meant === bare) return [];
  return [
    `${JSON.stringify(name)} is compared on ${bySuse} with regard to capitals, and so it probably matches no package there; ${JSON.stringify(`${meant}${name.slice(bare.length)}`)} may be meant`,
  ];
}

function actionWarnings(systems: readonly string[], name: string, action: Action): string[] {
  const quoted = JSON.stringify(name);
  if (action === "ALLOW_AS_DEPENDENCY") {
    const bySuse = takenBy("zypper", systems, name);
    return bySuse === undefined
      ? []
      : [
          `${bySuse} locks rejected packages whatever the action, so that ${quoted} is not allowed there as a dependency`,
        ];
  }
  // yum (Amazon Linux 1 and 2) and zypper compare dependencies by name.
  const byDnf = takenBy("dnf", systems, name);
  if (byDnf === undefined || debianLike.test(name)) return [];
  return [...narrowWarning(byDnf, name), ...freezeWarning(byDnf, name)];
}

function takenBy(manager: PackageManager, systems: readonly string[], name: string): string | undefined {
  return systems.find(
    (system) =>
      Object.hasOwn(packageManagers, system) &&
      packageManagers[system as OperatingSystem] === manager &&
      appliesTo(name, system),
  );
}

/** dnf compares what others need by its full name and version, and lifts siblings of the same version with each other. */
function narrowWarning(system: string, name: string): string[] {
  const bare = name.replace(narrower, "").replace(/\*$/, "");
  const whole = `${bare}*`;
  if (name === whole || bare === "") return [];
  return [
    `${JSON.stringify(name)} does not keep the package out of ${system} where another one needs it, or one of the same source brings it along; ${JSON.stringify(whole)} does`,
  ];
}

/** With BLOCK, dnf leaves out whatever has a rejected package among all that it needs, in whatever version. */
function freezeWarning(system: string, name: string): string[] {
  const beginning = name.replace(/[*?].*$/, "").toLowerCase();
  const isPattern = beginning.length < name.length;
  const base = baseLibraries.find((one) => (isPattern ? one.startsWith(beginning) : one === beginning));
  if (base === undefined) return [];
  return [
    `${JSON.stringify(name)} with block freezes on ${system} every package that needs ${base}, if only through others: it stays as it is and counts as INSTALLED. On a node, dnf repoquery --installed --recursive --whatrequires ${base} names them. To keep off ${base} alone, write action: allow-as-dependency`,
  ];
}
