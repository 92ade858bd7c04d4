import type * as pulumi from "@pulumi/pulumi";

/**
 * Options under which every role that a component makes has a permissions boundary: an account that asks for one
 * refuses each role without it, so that none may be forgotten.
 */
export function bounded(
  { permissionsBoundary }: { readonly permissionsBoundary?: string },
  options: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  if (permissionsBoundary === undefined) return options;
  return {
    ...options,
    transformations: [
      ...(options.transformations ?? []),
      ({ type, props, opts }) =>
        type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary }, opts } : undefined,
    ],
  };
}
