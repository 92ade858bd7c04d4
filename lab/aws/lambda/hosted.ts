/** A function, as the environments that it runs in know it. */
export interface HostedFunction {
  readonly name: string;
  readonly arn: string;
  readonly input: { readonly Role: string; readonly Runtime: string; readonly Handler: string };
  readonly logGroup: string;
  readonly memoryMiB: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Environments that there have been. */
  environments: number;
  /** Greater after each change of the function. */
  readonly revision: number;
  /** The folder with its files. */
  folder(): Promise<string>;
}
