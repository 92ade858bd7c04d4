/**
 * The account of a function.
 *
 * @throws Error when the ARN is none of a function
 */
export function accountOf(functionArn: string): string {
  const account = /^arn:[^:]+:lambda:[^:]+:(\d{12}):function:/.exec(functionArn)?.[1];
  if (account === undefined) throw new Error(`${functionArn} is no ARN of a function`);
  return account;
}
