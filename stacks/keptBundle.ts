import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult } from "esbuild";

/** A bundle as it is kept, with all that has had a say in it. */
interface Kept {
  readonly key: string;
  /** Digests of the files that went into it, by their paths from the folder that it was built in. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly code: string;
}

/**
 * Keeps a bundle for the next process: esbuild takes longer than all else that a deployment does. It counts as long as
 * nothing has changed that went into it: each file, esbuild's options and version, which packages are installed, what
 * package.json says of imports, and the names in the folders of code, since a new file may take another's place.
 *
 */
export class BundleCache {
  private readonly from: string;
  private readonly key: string | undefined;

  /**
   * @param file where the bundle is kept
   * @param codeFolders below the folder that the options name, those with code that is no package's
   */
  constructor(
    private readonly file: string,
    options: BuildOptions & { readonly absWorkingDir: string },
    codeFolders: readonly string[],
  ) {
    this.from = options.absWorkingDir;
    this.key = this.keyOf(options, codeFolders);
  }

  /** The bundle that is kept, if it is as good as a new one. */
  get code(): string | undefined {
    const kept = this.read();
    if (kept === undefined || kept.key !== this.key || digest(kept.code) !== kept.digest) return undefined;
    const isSame = ([path, known]: readonly [string, string]) => digestOf(join(this.from, path)) === known;
    return Object.entries(kept.inputs).every(isSame) ? kept.code : undefined;
  }

  /** Keeps what has just been built, with a metafile. @returns its code */
  keep({ outputFiles, metafile }: BuildResult): string {
    const code = outputFiles?.[0]?.text ?? "";
    if (this.key === undefined || metafile === undefined) return code;
    // A file that has changed meanwhile has no digest that fits, and the next process builds anew.
    const inputs = Object.keys(metafile.inputs).map((path) => [path, digestOf(join(this.from, path)) ?? ""]);
    const kept = { key: this.key, inputs: Object.fromEntries(inputs), digest: digest(code), code };
    this.write(JSON.stringify(kept));
    return code;
  }

  private keyOf(options: BuildOptions, codeFolders: readonly string[]): string | undefined {
    // npm's own list of what is installed; without it nothing tells.
    const installed = digestOf(join(this.from, "node_modules", ".package-lock.json"));
    if (installed === undefined) return undefined;
    const names = codeFolders.map((folder) =>
      readdirSync(join(this.from, folder), { recursive: true }).sort(),
    );
    const shown = (_key: string, value: unknown) => (typeof value === "function" ? String(value) : value);
    const imports = digestOf(join(this.from, "package.json"));
    return digest(JSON.stringify([installed, imports, process.version, options, names], shown));
  }

  private read(): Kept | undefined {
    try {
      return JSON.parse(readFileSync(this.file, "utf8"));
    } catch {
      // Not there, or not to be read: built anew either way.
      return undefined;
    }
  }

  private write(text: string): void {
    const unfinished = `${this.file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(unfinished, text);
      renameSync(unfinished, this.file);
    } catch (error) {
      // Packages may be installed where nobody may write; then each process builds for itself.
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!["EACCES", "EPERM", "EROFS"].includes(code)) throw error;
    }
  }
}

/** What esbuild has against code, a line for each problem. */
export function bundleProblems(what: string, error: unknown): string {
  const { errors = [] } = error as Partial<BuildFailure>;
  const lines = errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
  );
  const all = lines.length > 0 ? lines : [error instanceof Error ? error.message : String(error)];
  return [`${what} cannot be bundled:`, ...all].join("\n  ");
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

function digestOf(path: string): string | undefined {
  try {
    return digest(readFileSync(path));
  } catch {
    return undefined;
  }
}
