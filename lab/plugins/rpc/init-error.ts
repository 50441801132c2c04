/**
 * A resource that exists but did not become ready: the engine records it, with the reasons, and
 * tries again.
 */
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { StatusError } from "./serve";
import { toStruct } from "./values";
import type { PropertyMap } from "./values";

export class InitFailed extends Error {
  constructor(
    message: string,
    readonly reasons: string[],
    readonly id: string,
    readonly state: PropertyMap,
    readonly inputs?: PropertyMap,
  ) {
    super(message);
  }
}

/**
 * `InitFailed` as the gRPC status with details that the engine expects; other errors as they are.
 */
export function toStatusError(error: unknown): unknown {
  if (!(error instanceof InitFailed)) return error;
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.state));
  if (error.inputs) detail.setInputs(toStruct(error.inputs));
  detail.setReasonsList(error.reasons);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return new StatusError(error.message, grpc.status.UNKNOWN, metadata);
}
