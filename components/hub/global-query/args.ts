import type * as pulumi from "@pulumi/pulumi";
import { whole } from "../../kit/fields";
import type { ComponentPodsArgs } from "../../kit/pods";

/** One query over every edge whose metrics stay with it (Thanos) and every cell. */
export interface HubGlobalQueryArgs {
  /** Number of pods, 1 to 50. Defaults to 2. */
  replicas?: number;
  /** The certificate (PEM) that it shows to edges: output `queryCertificate` of MtlsPki. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate. */
  privateKey: pulumi.Input<string>;
  /**
   * CA certificates (PEM) that vouch for that certificate: output `queryTrust` of MtlsPki. The
   * connections of edges that are queried have them. Defaults to none.
   */
  trustBundle?: pulumi.Input<string[]>;
  /** Placement and resources of its pods, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** Limits of the fields of the global query. */
export const globalQueryFields = {
  replicas: whole("Number of its pods", [1, 50], 2).default(2),
};
