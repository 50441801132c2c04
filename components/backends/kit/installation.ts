import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectLabels } from "../../kit/labels";
import type { ObjectStoreConnection } from "../../storage/connection";
import { singleRole } from "./roles";
import { backendName, type Architecture } from "./architecture";

/** What every backend of a cell is given. */
interface BackendArgs {
  readonly cell: string;
  readonly namespace: pulumi.Input<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  readonly image: string;
  /** Of the pod that holds what is not in the bucket yet, or of each of them. */
  readonly diskSize: string;
  readonly storageClass?: string;
  /** Merged last into the configuration with which it starts. */
  readonly extraConfig?: object | undefined;
}

/** A backend of a cell: what each of its objects is made from. */
export interface Installation<Component extends string = string> extends BackendArgs {
  readonly backend: Architecture<Component>;
  readonly parent: pulumi.Resource;
  /** Logical name, with which those of its resources start. */
  readonly name: string;
}

/**
 * What single has, and what both topologies share, has the same name; what else there is of a kind
 * gets a suffix.
 */
export function sharedMetadata({ backend: { name }, cell, namespace }: Installation, suffix = "") {
  return {
    name: `${backendName(name, cell)}${suffix}`,
    namespace,
    labels: objectLabels(singleRole(name, cell)),
  };
}

export function createServiceAccount(installation: Installation): k8s.core.v1.ServiceAccount {
  const { name, parent, bucket } = installation;
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    {
      metadata: { ...sharedMetadata(installation), annotations: bucket.serviceAccountAnnotations },
      automountServiceAccountToken: false,
    },
    { parent },
  );
}
