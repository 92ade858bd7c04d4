import * as pulumi from "@pulumi/pulumi";

/** Who owns what a component's functions make where nobody says otherwise: the only one of its project, its stack and its name. */
export function ownOwner(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}
