import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor, type Mocks, setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings.js";
import { fingerprint } from "./difference.js";

/** What the program says of a resource beside its inputs, none of which Pulumi's own mocks pass on. */
export interface Registration {
  readonly urn: string;
  /** URNs of what it comes after, the component that it is part of among them. */
  readonly dependencies: readonly string[];
  /** By its inputs, the URNs of what their values come from. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly deleteBeforeReplace: boolean;
  readonly retainOnDelete: boolean;
  /** By its inputs that hold files, what those say. */
  readonly files: Readonly<Record<string, string>>;
}

type Answer = (error: unknown, response: RegisterResourceResponse | undefined) => void;

/** Pulumi's mocks, with what else the program says of the resource that is being registered. */
class Monitor extends MockMonitor {
  constructor(
    mocks: Mocks,
    private readonly stack: string,
    private readonly project: string,
    private readonly onRegistration: (registration: Registration) => void,
  ) {
    super(mocks);
  }

  override registerResource(request: RegisterResourceRequest, answer: Answer): Promise<void> {
    const sources = [...request.getPropertydependenciesMap().entries()].map(
      ([input, urns]: [string, { getUrnsList(): string[] }]) => [input, urns.getUrnsList()] as const,
    );
    const parent = request.getParent();
    this.onRegistration({
      urn: this.urn(request),
      dependencies: [...request.getDependenciesList(), ...(parent === "" ? [] : [parent])],
      sources: Object.fromEntries(sources),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      retainOnDelete: request.getRetainondelete() === true,
      files: fingerprint(request.getObject()?.toJavaScript() ?? {}),
    });
    return super.registerResource(request, answer);
  }

  /** As the mocks name it, since dependencies are told by that name. */
  private urn(request: RegisterResourceRequest): string {
    const [, , parentType = ""] = request.getParent().split("::");
    const parent = parentType === "" ? "" : `${parentType.split("$").at(-1)}$`;
    return `urn:pulumi:${this.stack}::${this.project}::${parent}${request.getType()}::${request.getName()}`;
  }
}

/** Lets Pulumi's runtime register resources with some mocks from now on; each is told just before `newResource`. */
export async function listen(
  mocks: Mocks,
  { stack, project }: { readonly stack: string; readonly project: string },
  onRegistration: (registration: Registration) => void,
): Promise<void> {
  // What the runtime supports is set there, and nowhere else.
  await setMocks(mocks, project, stack, false);
  setMockOptions(new Monitor(mocks, stack, project, onRegistration), project, stack, false);
}
