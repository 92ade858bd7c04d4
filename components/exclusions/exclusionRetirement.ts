import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partsOf, type RetiredPart } from "#shared/contract/retired.js";

/** What has left a stack whose exclusions may still have nodes of it. */
export interface RetiredParts {
  /** Regions that have left, as `eu-west-3`. */
  regions: string[];
  /** Base patch groups that have left. */
  patchGroups: string[];
  /** Operating systems that have left, as SSM names them (API: OperatingSystem). */
  operatingSystems: string[];
}

export interface ExclusionRetirementArgs extends RetiredParts {
  /** Region of the function. @default the provider's Region */
  region?: string;
  /** Name of the exclusion processor. */
  functionName: pulumi.Input<string>;
}

/**
 * Calls of the exclusion processor, one for each part that has left the stack: when it is retired, which begins to bring its
 * nodes back, and before it goes for good, which the processor refuses as long as exclusions have nodes there. So it has to
 * depend on all that they need until then.
 */
export class ExclusionRetirement extends pulumi.ComponentResource {
  /** The parts, as `region eu-west-3`. */
  readonly parts: pulumi.Output<string[]>;

  constructor(name: string, args: ExclusionRetirementArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:ExclusionRetirement", name, args, options);
    const parts = partsOf(args);
    for (const part of parts) this.calls(name, args, part);
    this.parts = pulumi.output(parts.map((part) => `${part.kind} ${part.name}`));
    this.registerOutputs({ parts: this.parts });
  }

  private calls(name: string, args: ExclusionRetirementArgs, retired: RetiredPart): void {
    new aws.lambda.Invocation(
      `${name}-${retired.kind}-${retired.name}`,
      {
        ...(args.region === undefined ? {} : { region: args.region }),
        functionName: args.functionName,
        input: JSON.stringify({ retired }),
        // Adds to the input what becomes of the resource.
        lifecycleScope: "CRUD",
      },
      { parent: this },
    );
  }
}
