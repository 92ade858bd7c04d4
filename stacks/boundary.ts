import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./config/config.js";

/**
 * Options under which every role that a component makes has the stack's permissions boundary: an account that asks for one
 * refuses each role without it, so that none may be forgotten.
 */
export function bounded(
  { permissionsBoundary }: Pick<StackConfig, "permissionsBoundary">,
  options: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  if (permissionsBoundary === undefined) return options;
  return {
    ...options,
    transformations: [
      ({ type, props, opts }) =>
        type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary }, opts } : undefined,
    ],
  };
}
