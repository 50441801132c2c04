import type * as pulumi from "@pulumi/pulumi";
import { whole } from "../../kit/fields";
import type { ComponentPodsArgs } from "../../kit/pods";

/** One query over every cell, and over every edge that keeps its metrics. */
export interface HubGlobalQueryArgs {
  /** Number of pods, 1 to 50. Defaults to 2. */
  replicas?: number;
  /** The certificate (PEM) that the hub presents to edges: output `queryCertificate` of MtlsPki. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate: output `queryPrivateKey` of MtlsPki. */
  privateKey: pulumi.Input<string>;
  /**
   * CA certificates (PEM) with which edges verify that certificate: output `queryTrust` of MtlsPki.
   * The connections of edges that are queried contain them. Defaults to none.
   */
  trustBundle?: pulumi.Input<string[]>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** Limits of the fields of the global query. */
export const globalQueryFields = {
  replicas: whole("Number of pods", [1, 50], 2).default(2),
};
