import { type OperatingSystem, type PackageManager, packageManagers } from "./operatingSystems.js";

/**
 * What a rejected patch may be called, by operating system. SSM takes any text; these rules refuse names that would do
 * something else than they say: nothing at all, or far too much.
 *
 * A node compares a name, as a pattern with `*` and `?` and in any case, with more than the names of its packages: on
 * RPM systems also with `name.arch`, `name-version-release` and `name-epoch:version-release`, and, what nobody expects,
 * with the bare version. On SUSE a name is a regular expression instead, anchored at its start alone and with regard to
 * case, over the name and `name.arch`; versions stand behind an operator. One that is no good expression ends every run
 * of the node.
 *
 * @see SSM user guide, "Package name formats for approved and rejected patch lists".
 */

/** Most rejected patches of a baseline (API: RejectedPatches, at most 50 items, not a quota). */
export const maxRejectedPatches = 50;
/** Longest name, in characters (API: PatchId). */
export const maxPatchNameLength = 100;

/** Why a name is refused: what is allowed, and what to write instead where that can be told. */
interface NameProblem {
  readonly allowed: string;
  readonly fix?: string;
  /** The name that was meant, where that can be told. */
  readonly instead?: string;
}

/** What installs the patches of an operating system; undefined for one that SSM does not know. */
function managerOf(operatingSystem: string): PackageManager | undefined {
  return Object.hasOwn(packageManagers, operatingSystem)
    ? packageManagers[operatingSystem as OperatingSystem]
    : undefined;
}

// Years tell an advisory from a package: alsa-lib is one, ALSA-2024:1 is not.
const advisories = [
  /^CVE[-_ ]?(\d|\*|$)/i,
  /^(RH[SBE]A|EL[SBE]A|RL[SBE]A|CE[SBE]A|USN|LSN|DSA|DLA)-[\d*?]/i,
  /^(AL[SBE]A|FEDORA(-EPEL)?)-\d{4}[:-]/i,
  /^ALAS[A-Z0-9.]*(-[\d.]+)*(-[\d*?]|\*|$)/i,
  /^(open)?SUSE-([A-Z]U-\d{4}|SLE-.*-\d{4}-\d)/i,
];
const kbNumbers = /\bKB\d{6,8}\b/gi;
const windowsLike = /^(KB|MS)[-_ #:]?\d/i;
const nameThePackages = 'Name the packages that it is about, such as "openssl*".';

const write = (name: string) => ({ fix: `Write ${JSON.stringify(name)}.`, instead: name });

function windowsProblem(name: string): NameProblem | undefined {
  if (/^(KB\d{6,8}|MS\d{2}-\d{3})$/.test(name)) return undefined;
  const allowed = "a number of Windows as KB5034439 or MS17-010";
  const [, digits] = /^(?:KB)?[-_ #:]*(\d{6,8})$/i.exec(name.trim()) ?? [];
  if (digits !== undefined) return { allowed, ...write(`KB${digits}`) };
  const [, year, number] = /^MS[-_ ]?(\d{2})[-_ ]?(\d{3})$/i.exec(name.trim()) ?? [];
  if (year !== undefined) return { allowed, ...write(`MS${year}-${number}`) };
  return { allowed, fix: "Look up the number of the update in Microsoft's catalog." };
}

/** A title of Microsoft's has its number in it. */
function numberInTitle(name: string): NameProblem | undefined {
  const [number, ...others] = name.match(kbNumbers) ?? [];
  if (number === undefined || number.length === name.trim().length) return undefined;
  const allowed = "a number of Windows alone, as KB5034439";
  return others.length > 0
    ? { allowed, fix: "Write each number as a name of its own." }
    : { allowed, ...write(number.toUpperCase()) };
}

function macosProblem(name: string): NameProblem | undefined {
  if (/^[\p{L}\p{N}][\p{L}\p{N} .,_()'&@/+-]*$/u.test(name) && !windowsLike.test(name)) return undefined;
  return { allowed: "the full name of a patch of macOS, without wildcards", fix: "Write the whole name." };
}

/** What no package manager's names begin with. */
function beginProblem(name: string): NameProblem | undefined {
  if (/^[*?]+$/.test(name)) {
    const allowed =
      "a pattern that begins with the name of a package; this one is every patch, and nothing would be patched";
    return { allowed, fix: "To stop all patching of a node, use an exclusion with hold." };
  }
  if (/^[*?]/.test(name)) {
    const allowed =
      "a name without a wildcard at its start; one there takes in packages that nobody thought of";
    return { allowed, fix: 'Begin with the name of a package, such as "openssl*".' };
  }
  if (!/^[A-Za-z0-9]/.test(name)) {
    const allowed = "a name that begins with a letter or a digit";
    return { allowed, fix: 'Begin with the name of a package, such as "openssl*".' };
  }
  // A number alone is a version as well, or an id of Bugzilla, which matches nothing.
  if (!/^\d+([.:*?]|-\d|$)/.test(name)) return undefined;
  const allowed =
    "a name that begins with the name of a package; a version alone is every package of that version";
  const [, rest] = /^\d+:([A-Za-z].*)$/.exec(name) ?? [];
  return {
    allowed,
    ...(rest === undefined ? { fix: 'Write the package before it, such as "kernel-5.10*".' } : write(rest)),
  };
}

/** A file, with the folders before it. */
function fileProblem(name: string): NameProblem | undefined {
  const [, bare = ""] = /([^/_]*)[^/]*\.deb$/i.exec(name) ?? /([^/]*)\.rpm$/i.exec(name) ?? [];
  return bare === "" ? undefined : { allowed: "the name of a package, not of a file", ...write(bare) };
}

/** What to do about signs that no name has; those between names part them. */
function withoutSigns(name: string): string {
  const names = name.split(/[,;\s]+/).filter((part) => part !== "");
  if (names.length < 2 || !names.every((part) => /^[\w.+~^:*?-]+$/.test(part)))
    return "Remove the other signs.";
  return `Write each as an item of its own: ${names.map((part) => `"${part}"`).join(", ")}.`;
}

function rpmProblem(name: string): NameProblem | undefined {
  const [, bare, version] = /^([^=<>\s]+)\s*(?:=+|>=|<=)\s*([^=<>\s]+)$/.exec(name) ?? [];
  if (bare !== undefined) {
    const allowed = "name-version, as the package itself is called";
    return { allowed, ...write(/[*?]$/.test(name) ? `${bare}-${version}` : `${bare}-${version}*`) };
  }
  if (!/^[\w.+~^:*?-]+$/.test(name)) {
    return {
      allowed: "letters, digits and . _ + - ~ ^ :, with * or ? as wildcards",
      fix: withoutSigns(name),
    };
  }
  // A colon stands behind an epoch: in name-epoch:version, and in name.arch:epoch:version.
  if (!/^[^:]*:/.test(name) || /^[^:]*(-\d+|[*?]):|^[^:]*\.\w+:\d+:/.test(name)) return undefined;
  const [, before = "", after = ""] = /^([^:]*):(.*)$/.exec(name) ?? [];
  const isArch = /^(x86_64|aarch64|noarch|i[3-6]86|arm64|amd64)$/.test(after);
  return {
    allowed: "a colon only behind an epoch, as in kernel-0:5.10*; anything else matches no package",
    ...write(isArch ? `${before}.${after}` : `${before}*`),
  };
}

function aptProblem(name: string): NameProblem | undefined {
  const [, before = "", sign, after = ""] = /^([^:=_/\s]+)\s*([:=_/])(.*)$/.exec(name) ?? [];
  if (sign === ":" && /^[a-z0-9*?-]+$/.test(after)) {
    const allowed = "name.arch; name:arch matches no package";
    return { allowed, ...write(`${before}.${after}`) };
  }
  if (sign !== undefined) {
    return { allowed: "the name of a package, without its version or suite", ...write(before) };
  }
  if (/^[A-Za-z0-9.+*?-]+$/.test(name)) return undefined;
  return { allowed: "letters, digits and . + -, with * or ? as wildcards", fix: withoutSigns(name) };
}

const suseAllowed =
  "letters, digits and . _ -, with one * at the end, which on SUSE begin the names of packages; a version stands behind =, < or >, as in kernel-default = 5.14*";
const suseName = /^[A-Za-z0-9][\w.-]*\*?$/;

/** Versions of SUSE have no epoch; `=` compares version and release, or what stands before a star. */
function suseRangeProblem(name: string, bare: string, operator: string, version: string) {
  const problem = suseProblem(bare);
  if (problem !== undefined) return problem;
  if (!/^[=<>]$/.test(operator)) {
    const mend = operator === "==" ? write(`${bare} = ${version}`) : { fix: "Write one of =, < and >." };
    return { allowed: suseAllowed, ...mend };
  }
  const [, withoutEpoch] = /^\d+:(.+)$/.exec(version) ?? [];
  if (withoutEpoch !== undefined) {
    const allowed = "a version without its epoch, which packages of SUSE have none of";
    return { allowed, ...write(`${bare} ${operator} ${withoutEpoch}`) };
  }
  if (!/^\d[\w.~+]*(-[\w.~+]*)?\*?$/.test(version)) {
    return { allowed: suseAllowed, fix: withoutSigns(name) };
  }
  if (operator !== "=" || /-.|\*$/.test(version)) return undefined;
  const allowed = "a version with its release, or with a * at its end; without both it equals none";
  return { allowed, ...write(`${name.replace(/-$/, "")}-*`) };
}

/** The operator's form of a name that holds a version as other systems write it. */
function suseRange(name: string): string | undefined {
  const form = /^(.*?[A-Za-z_].*?)-(?:\d+:)?(\d[\w~^+]*\.[\w.~^+]*)(?:-(\d[\w.~^+]*))?(\*?)$/.exec(name);
  if (form === null) return undefined;
  const [, bare = "", version = "", release, star = ""] = form;
  const edition = release === undefined ? version : `${version}-${release}`;
  if (star !== "") return `${bare} = ${edition}*`;
  if (release === undefined) return `${bare} = ${edition}-*`;
  return `${bare} = ${edition.replace(/\.(x86_64|noarch|aarch64|ppc64le|s390x|i[3-6]86)$/, "")}`;
}

function suseProblem(name: string): NameProblem | undefined {
  const [, bare, operator = "", version = ""] = /^([^!=<>]*[^!=<>\s])\s*([!=<>]+)\s*(.*)$/.exec(name) ?? [];
  if (bare !== undefined) return suseRangeProblem(name, bare, operator, version);
  const range = suseRange(name);
  if (range !== undefined) {
    const allowed =
      "a name without a version, which matches no package of SUSE; a version stands behind =, < or >";
    return { allowed, ...write(range) };
  }
  if (suseName.test(name)) return undefined;
  const [, before = "", after = ""] = /^([^:]*):(.*)$/.exec(name) ?? [];
  if (before !== "") return { allowed: suseAllowed, ...write(after === "" ? before : `${before}.${after}`) };
  // A dot stands for any character, so it does for the ones that would be signs of an expression.
  const plain = name.replaceAll(/[+?]/g, ".").replace(/^([^*]+\*).*$/, "$1");
  if (!suseName.test(plain)) return { allowed: suseAllowed, fix: withoutSigns(name) };
  const allowed = name.includes("+")
    ? `${suseAllowed}; a + there is a sign of an expression, and ++ ends every scan and install of the node`
    : suseAllowed;
  return { allowed, ...write(plain) };
}

const familyProblem = { apt: aptProblem, dnf: rpmProblem, yum: rpmProblem, zypper: suseProblem } as const;

function linuxProblem(manager: keyof typeof familyProblem, name: string): NameProblem | undefined {
  if (windowsLike.test(name) || (/\s/.test(name) && numberInTitle(name) !== undefined)) {
    return { allowed: "the name of a package; a number of Windows matches none", fix: nameThePackages };
  }
  return beginProblem(name) ?? fileProblem(name) ?? familyProblem[manager](name);
}

/** What is wrong with a patch name for one operating system; undefined when it can match a patch there. */
export function nameProblem(operatingSystem: string, name: string): NameProblem | undefined {
  const manager = managerOf(operatingSystem);
  if (manager === undefined) {
    return { allowed: `a name for an operating system of SSM, which ${operatingSystem} is not` };
  }
  const titled = manager === "windows" ? numberInTitle(name) : undefined;
  if (titled !== undefined) return titled;
  if (name.trim() === "" || name.length > maxPatchNameLength) {
    const allowed = `a name of 1 to ${maxPatchNameLength} characters`;
    return { allowed, fix: "Name the package; a * can stand for the end of its name." };
  }
  if (name.trim() !== name) return { allowed: "a name without white space around it", ...write(name.trim()) };
  if (advisories.some((advisory) => advisory.test(name))) {
    const allowed =
      "the name of a patch; the id of an advisory or a CVE matches none, and nothing would be excluded";
    const fix =
      manager === "windows" ? 'Name the updates that it is about, such as "KB5034439".' : nameThePackages;
    return { allowed, fix };
  }
  if (manager === "windows") return windowsProblem(name);
  if (manager === "macos") return macosProblem(name);
  return linuxProblem(manager, name);
}

/** Whether a name can match a patch of an operating system. */
export function appliesTo(name: string, operatingSystem: string): boolean {
  return nameProblem(operatingSystem, name) === undefined;
}

/** What is wrong with a patch name for all of a stack's operating systems; undefined when one of them takes it. */
export function stackNameProblem(systems: readonly string[], name: string): NameProblem | undefined {
  const found = new Map<string, NameProblem>();
  for (const operatingSystem of systems) {
    const problem = nameProblem(operatingSystem, name);
    if (problem === undefined) return undefined;
    found.set(operatingSystem, problem);
  }
  // Whoever writes a number means Windows, and nobody else does.
  const meansWindows =
    windowsLike.test(name) || name.match(kbNumbers) !== null || /^\d{6,8}$/.test(name.trim());
  const windows = found.get("WINDOWS");
  if (meansWindows && windows !== undefined) return windows;
  const others = [...found]
    .filter(([operatingSystem]) => operatingSystem !== "WINDOWS")
    .map(([, problem]) => problem);
  const unknown = { allowed: "a name for one of the stack's operating systems, of which there are none" };
  return others[0] ?? windows ?? unknown;
}
