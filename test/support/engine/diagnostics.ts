import type { IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { refuse, unary } from "./rpc.js";
import type { LogEntry, Severity } from "./types.js";

const severities: Readonly<Record<number, Severity>> = {
  [engineProto.LogSeverity.DEBUG]: "debug",
  [engineProto.LogSeverity.INFO]: "info",
  [engineProto.LogSeverity.WARNING]: "warning",
  [engineProto.LogSeverity.ERROR]: "error",
};

/** The Engine service: diagnostics, and the URN of the root stack. */
export class Diagnostics {
  readonly logs: LogEntry[] = [];
  private rootUrn = "";

  service(): IEngineServer {
    return {
      log: unary((request) => {
        this.logs.push({
          severity: severities[request.getSeverity()] ?? "error",
          message: request.getMessage(),
          urn: request.getUrn() || undefined,
        });
        return new emptyProto.Empty();
      }),
      getRootResource: unary(() => new engineProto.GetRootResourceResponse().setUrn(this.rootUrn)),
      setRootResource: unary((request) => {
        this.rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
      startDebugging: refuse("debugger"),
      // There is no CLI whose version could be too old.
      requirePulumiVersion: unary(() => new engineProto.RequirePulumiVersionResponse()),
    };
  }
}
