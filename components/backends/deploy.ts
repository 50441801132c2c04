import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../kit/images";
import type { DeployArgs, DeployedBackend } from "./backend";
import { DEPLOY_KIT } from "./kit/deploy-kit";

/** The backend of a cell's signal, as a component of its own type. */
class BackendComponent extends pulumi.ComponentResource {
  readonly deployed: DeployedBackend;

  constructor(name: string, args: DeployArgs, opts: pulumi.ComponentResourceOptions) {
    const { store, cell, namespace, bucket, images } = args;
    const { backend, options } = store;
    super(backend.type, name, {}, opts);
    const installation = {
      name,
      parent: this,
      backend: backend.architecture(options),
      cell: cell.name,
      namespace,
      bucket,
      image: imageReference(backend.name, images),
      diskSize: options.diskSize ?? backend.defaultDisk,
      storageClass: options.storageClass,
      extraConfig: options.extraConfig,
    };
    this.deployed = backend.deploy(DEPLOY_KIT, installation, args);
    const { addresses, readAddress, allReadAddress } = this.deployed;
    this.registerOutputs({
      address: addresses.http,
      ...(addresses.grpc && { grpcAddress: addresses.grpc }),
      readAddress,
      ...(allReadAddress !== readAddress && { allReadAddress }),
    });
  }
}

/**
 * Makes the backend of a cell's signal.
 *
 * @param name Logical name, with which those of its resources start: `hub-<backend>-<cell>`.
 */
export function deployBackend(
  name: string,
  args: DeployArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedBackend {
  return new BackendComponent(name, args, opts).deployed;
}
