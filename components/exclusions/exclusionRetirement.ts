import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { goingInput, partsOf, retiredInput } from "#shared/contract/retired.js";

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
 * Calls of the exclusion processor, which refuses what would leave nodes behind. One is for the processor itself: before it goes, as it
 * does with the stack, and with `ownsBaselines`, nobody may be moved any more. And one for each part that has left the stack: when it
 * is retired, which begins to bring its nodes back, and before it goes for good. So it has to depend on all that they need until then,
 * and nothing on it.
 */
export class ExclusionRetirement extends pulumi.ComponentResource {
  /** The parts, as `region eu-west-3`. */
  readonly parts: pulumi.Output<string[]>;

  constructor(name: string, args: ExclusionRetirementArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:ExclusionRetirement", name, args, options);
    const parts = partsOf(args);
    const { dependsOn } = options ?? {};
    const call = (what: string, input: string) =>
      new aws.lambda.Invocation(
        `${name}-${what}`,
        {
          ...(args.region === undefined ? {} : { region: args.region }),
          functionName: args.functionName,
          input,
          // Adds to the input what becomes of the resource. A refused deletion deletes nothing that this depends on, and is
          // asked again the next time; the input never changes, since an update that was refused would count as done.
          lifecycleScope: "CRUD",
        },
        // The component stays where one part of several goes, and what it depends on would go before.
        { parent: this, ...(dependsOn === undefined ? {} : { dependsOn }) },
      );
    call("processor", goingInput);
    for (const part of parts) call(`${part.kind}-${part.name}`, retiredInput(part));
    this.parts = pulumi.output(parts.map((part) => `${part.kind} ${part.name}`));
    this.registerOutputs({ parts: this.parts });
  }
}
