import {
  type OperatingSystem,
  operatingSystems,
  packageManagers,
} from "#shared/contract/operatingSystems.js";
import type { Patch } from "../../fleet/model.js";
import { type GlobToken, globMatches } from "../base/glob.js";
import { readZypperName, zypperMatches } from "./zypperName.js";

/**
 * Which patches an entry of a baseline's approved or rejected list names, as the program on the node decides it
 * (version 1.80 of AWS's patch-baseline-operations): on Linux but SUSE without regard to case, with `*`, `?` and `[...]`,
 * against every way to write the package. So a bare version such as `5.10*` names every package of that version, and an
 * advisory or CVE in a rejected list names nothing. SUSE has expressions of its own: {@link readZypperName}.
 */
type ListKind = "approved" | "rejected";

/** Whether any entry of a list names a patch. */
export function listNames(
  list: readonly string[],
  kind: ListKind,
  operatingSystem: OperatingSystem,
  patch: Patch,
): boolean {
  if (list.length === 0) return false;
  if (packageManagers[operatingSystem] === "zypper") return namesOnZypper(list, kind, patch);
  const names = candidates(operatingSystem, patch);
  const all = kind === "approved" ? [...names, ...identifiers(operatingSystem, patch)] : names;
  const fits = literal.has(operatingSystem) ? isSameName : fnmatch;
  return list.some((entry) => all.some((name) => fits(entry, name)));
}

function namesOnZypper(list: readonly string[], kind: ListKind, patch: Patch): boolean {
  const { name, arch = "noarch", version = "", release = "" } = patch;
  const edition = `${version}-${release}`;
  return list.some((entry) => {
    if (kind === "approved" && noticeIds(patch).includes(entry)) return true;
    const read = readZypperName(entry);
    return read !== undefined && zypperMatches(read, { name, arch, edition });
  });
}

/** The entry that ends the program on the node with an exception, since no expression can be made of it; or none. */
export function breaksRun(list: readonly string[], operatingSystem: OperatingSystem): string | undefined {
  if (literal.has(operatingSystem)) return undefined;
  const isZypper = packageManagers[operatingSystem] === "zypper";
  return list.find((entry) =>
    isZypper ? readZypperName(entry) === undefined : hasBackwardRange(entry.toLowerCase()),
  );
}

/** Windows and macOS take whole names only: a star stands for itself there. */
const literal: ReadonlySet<OperatingSystem> = new Set(["MACOS", "WINDOWS"]);

function isSameName(entry: string, name: string): boolean {
  return entry.toLowerCase() === name.toLowerCase();
}

/** Whether an entry of a rejected list stops a package from coming in as a dependency. */
export function blocksDependency(
  list: readonly string[],
  operatingSystem: OperatingSystem,
  patch: Patch,
): boolean {
  if (packageManagers[operatingSystem] !== "dnf") return listNames(list, "rejected", operatingSystem, patch);
  // dnf's dependency check compares the full name only, so `kernel` does not block a kernel, and `kernel*` does.
  const { epoch = "0", version = "", release = "", arch = "noarch" } = patch;
  const full = `${patch.name}-${epoch}:${version}-${release}.${arch}`;
  return list.some((entry) => fnmatch(entry, full));
}

function candidates(operatingSystem: OperatingSystem, patch: Patch): string[] {
  if (operatingSystem === "WINDOWS")
    return [patch.name, ...(patch.advisory === undefined ? [] : [patch.advisory])];
  if (operatingSystem === "MACOS" || patch.fullVersion === undefined) return [patch.name];
  const { name: n, arch: a = "noarch", epoch: e = "0", version: v = "", release: r = "" } = patch;
  const isApt = operatingSystems[operatingSystem].filters === operatingSystems.UBUNTU.filters;
  if (isApt) {
    const full = patch.fullVersion;
    return [n, full, `${n}.${a}`, `${n}-${full}`, `${a}:${full}`, `${n}.${a}:${full}`];
  }
  return [
    n,
    `${n}.${a}`,
    `${n}-${v}`,
    `${n}-${v}-${r}`,
    `${n}-${v}-${r}.${a}`,
    `${e}:${n}-${v}-${r}.${a}`,
    `${n}-${e}:${v}-${r}`,
    `${n}-${e}:${v}-${r}.${a}`,
    `${n}.${a}:${e}:${v}-${r}`,
    v,
    `${v}-${r}`,
    `${e}:${v}-${r}`,
  ];
}

/** What approved lists may name beside packages, on RPM systems only. */
function identifiers(operatingSystem: OperatingSystem, patch: Patch): string[] {
  const isRpm =
    "classification" in operatingSystems[operatingSystem].filters && operatingSystem !== "WINDOWS";
  if (!isRpm) return [];
  return noticeIds(patch);
}

function noticeIds(patch: Patch): string[] {
  return [...patch.cves, ...patch.bugzillas, ...(patch.advisory === undefined ? [] : [patch.advisory])];
}

/** Python's fnmatch without regard to case. */
function fnmatch(pattern: string, text: string): boolean {
  return globMatches(tokenize(pattern.toLowerCase()), text.toLowerCase());
}

function tokenize(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const end = character === "[" ? closing(pattern, at) : -1;
    if (character === "*") tokens.push("*");
    else if (character === "?") tokens.push(() => true);
    else if (end > 0) {
      tokens.push(characterClass(pattern.slice(at + 1, end)));
      at = end;
    } else tokens.push((other) => other === character);
  }
  return tokens;
}

/** Whether a class runs from a later character to an earlier one, as `[z-a]` does. */
function hasBackwardRange(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at++) {
    const end = pattern.charAt(at) === "[" ? closing(pattern, at) : -1;
    if (end < 0) continue;
    const body = pattern.slice(at + 1, end).replace(/^!/, "");
    for (let from = 0; from + 2 < body.length; from++) {
      if (body.charAt(from + 1) !== "-") continue;
      if (body.charAt(from) > body.charAt(from + 2)) return true;
      from += 2;
    }
    at = end;
  }
  return false;
}

/** Where a class ends; a `]` right after `[` or `[!` belongs to it. */
function closing(pattern: string, start: number): number {
  const first = pattern.charAt(start + 1) === "!" ? start + 2 : start + 1;
  return pattern.indexOf("]", first + 1);
}

function characterClass(body: string): (character: string) => boolean {
  const negated = body.startsWith("!");
  const members = negated ? body.slice(1) : body;
  const holds = (character: string) => {
    for (let at = 0; at < members.length; at++) {
      const to = members.charAt(at + 2);
      if (members.charAt(at + 1) === "-" && to !== "") {
        if (character >= members.charAt(at) && character <= to) return true;
        at += 2;
      } else if (members.charAt(at) === character) return true;
    }
    return false;
  };
  return (character) => holds(character) !== negated;
}
