/** An object of the bucket, and which version of it: a write may ask that it is still this one. */
export interface StoredText {
  readonly text: string;
  readonly etag: string;
}

/** The records of runs. Every method throws when it does not know the answer: a denial is not an absence. */
export interface RunStore {
  /** Keys that begin with a prefix, every page of them. */
  list(prefix: string): Promise<readonly string[]>;
  /** Undefined only when it is certain that there is none. */
  read(key: string): Promise<StoredText | undefined>;
  /** Writes an object that is not there yet. @returns its ETag; undefined, and nothing is written, when there is one */
  create(key: string, text: string): Promise<string | undefined>;
  /** Writes over one version of an object. @returns the new ETag; undefined, and nothing is written, when it is gone */
  replace(key: string, text: string, etag: string): Promise<string | undefined>;
  /** What is gone already counts as deleted. */
  remove(key: string): Promise<void>;
}
