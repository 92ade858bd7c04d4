import { fileURLToPath } from "node:url";
import { FleetError, type FleetIo, loadFleet } from "#lab/fleet/load.js";
import type { Fleet } from "#lab/fleet/model.js";

/** The folder of the fleets that come with the lab. */
export const shippedFleets = fileURLToPath(new URL("../../../../lab/fleets/", import.meta.url));

/** Files that exist in memory only. */
export function memoryIo(files: Readonly<Record<string, string | Uint8Array>>): FleetIo {
  const bytesOf = (path: string): Uint8Array => {
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  };
  return {
    statSync: (path) => ({ size: bytesOf(path).byteLength, isFile: () => true }),
    readFileSync: bytesOf,
  };
}

/** Loads one file, given as text, bytes, or a value to write as JSON. */
export function load(content: unknown, seed = 1): Fleet {
  const text =
    typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content);
  return loadFleet("fleet.yaml", seed, memoryIo({ "fleet.yaml": text }));
}

/** The problems of one file; none when it can be used. */
export function problemsOf(content: unknown): readonly string[] {
  try {
    load(content);
    return [];
  } catch (error) {
    if (error instanceof FleetError) return error.problems;
    throw error;
  }
}

/** A patch of a package called openssl, of 1 July. */
export const opensslPatch = { name: "openssl", version: "1:3.0.8-1", arch: "x86_64", released: "2026-07-01" };

/** A Linux catalog: openssl in two versions, openssl-libs, httpd. */
export const linuxCatalog = {
  operatingSystem: "AMAZON_LINUX_2023",
  product: "AmazonLinux2023",
  platformName: "Amazon Linux",
  platformVersion: "2023",
  patches: [
    { ...opensslPatch, version: "1:3.0.8-2", released: "2026-08-01", requires: ["openssl-libs"] },
    opensslPatch,
    { name: "openssl-libs", version: "1:3.0.8-1", arch: "x86_64", released: "2026-07-01" },
    { name: "httpd", version: "2.4.59-2", arch: "x86_64", released: "2026-09-01" },
  ],
};

/** A Windows catalog: a chain of three KBs, out of order, and one KB alone. */
export const windowsCatalog = {
  operatingSystem: "WINDOWS",
  product: "WindowsServer2022",
  productFamily: "Windows",
  platformName: "Microsoft Windows Server 2022 Datacenter",
  platformVersion: "10.0.20348",
  patches: [
    { name: "KB5041160", released: "2026-08-11", supersedes: "KB5040437" },
    { name: "KB5039227", released: "2026-06-09" },
    { name: "KB890830", released: "2026-07-20" },
    { name: "KB5040437", released: "2026-07-14", supersedes: "KB5039227" },
  ],
};

/** A node without problems in the catalog `linux`. */
export const linuxNode = {
  id: "i-0a1b2c3d4e5f60718",
  region: "us-east-1",
  catalog: "linux",
  patchedUntil: "2026-07-15",
};

/** A fleet of the given nodes over both catalogs. */
export function fleetOf(...nodes: readonly unknown[]): Record<string, unknown> {
  return { version: 1, catalogs: { linux: linuxCatalog, windows: windowsCatalog }, nodes };
}

/** A fleet with one node and the given patches in its catalog. */
export function catalogOf(operatingSystem: string, patches: readonly unknown[]): Record<string, unknown> {
  const catalog = { ...linuxCatalog, operatingSystem, patches };
  return { version: 1, catalogs: { linux: catalog }, nodes: [linuxNode] };
}
