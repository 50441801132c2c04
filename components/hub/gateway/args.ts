import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, port, whole } from "../../kit/fields";
import type { ComponentPodsArgs } from "../../kit/pods";
import { exposureFields, ServiceType } from "../../kit/service-type";

/** How the gateway's Service is exposed. */
export const GatewayServiceType = ServiceType;
export type GatewayServiceType = ServiceType;

export const DEFAULT_PORT = 443;
export const DEFAULT_REPLICAS = 2;

/** The gateway, to which edges write. */
export interface HubGatewayArgs {
  /**
   * DNS name or IPv4 address at which edges reach the gateway. The server certificate must hold it.
   * It must be known at preview, because the configuration of every edge contains it.
   */
  host: string;
  /** Port at which edges reach the gateway. It must be known at preview. Defaults to 443. */
  port?: number;
  /** How the Service is exposed. Defaults to `LoadBalancer`. */
  serviceType?: pulumi.Input<GatewayServiceType>;
  /**
   * Port of the nodes, 30000 to 32767. Only with `NodePort`. Defaults to a port that the cluster
   * chooses.
   */
  nodePort?: pulumi.Input<number>;
  /** Annotations of the Service, for load balancers. Defaults to none. */
  serviceAnnotations?: Record<string, pulumi.Input<string>>;
  /** Number of pods, 1 to 50. Defaults to 2, so that one serves while the other is replaced. */
  replicas?: number;
  /** The server certificate (PEM), with its chain. */
  serverCertificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of the server certificate. */
  serverPrivateKey: pulumi.Input<string>;
  /**
   * CA certificates (PEM) with which edges verify the server certificate. The connections of edges
   * contain them. Defaults to `clientTrustBundle`, because MtlsPki signs both with one CA.
   */
  serverTrustBundle?: pulumi.Input<string[]>;
  /**
   * CA certificates (PEM) with which the gateway verifies the certificates of edges. There is more
   * than one while a CA is being replaced.
   */
  clientTrustBundle: pulumi.Input<string[]>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** Limits of the gateway's fields. */
export const gatewayFields = {
  host: described(
    z.string().regex(/^[a-zA-Z0-9][-.a-zA-Z0-9]*$/),
    "DNS name or IPv4 address at which edges reach the gateway. It is in the gateway's certificate.",
    "ingest.ops.example.com",
  ),
  port: port("Port at which edges reach the gateway", 443).default(DEFAULT_PORT),
  replicas: whole("Number of gateway pods", [1, 50], 2).default(DEFAULT_REPLICAS),
  ...exposureFields(30_443),
};
