import type * as k8s from "@pulumi/kubernetes";
import {
  type HubAlertingArgs,
  type HubCellArgs,
  HubObservability,
  type HubObservabilityArgs,
  type ImageArgs,
  type MtlsPki,
  restrictedNamespace,
  type Signal,
} from "@heliograph/heliograph";
import { HUB_NAMESPACE, longestRetention, serviceAccountOf } from "@heliograph/heliograph/model";
import type { BucketSection } from "../config/bucket-schema";
import type { Configuration } from "../config/load";
import type { HubSection } from "../config/hub-schema";
import { grafanaArgs } from "./grafana";
import { createBucket } from "./bucket";

type Secrets = Omit<Configuration, "settings">;
type RedisSection = HubSection["cells"][string]["metrics"]["redis"];

/** The namespace, a bucket per cell and signal, then what stores in them. `watchedBy`: the edge of this stack. */
export function deployHub(
  hub: HubSection,
  watchedBy: string | undefined,
  pki: MtlsPki,
  { objectStores, redis, deadMansSwitchUrl, grafana }: Secrets,
  images: ImageArgs,
  provider: k8s.Provider,
): HubObservability {
  const namespace = restrictedNamespace("hub-namespace", HUB_NAMESPACE, { provider }).metadata.name;

  const cells = Object.entries(hub.cells).map(([cell, section]): [string, HubCellArgs] => {
    const withBucket = <T extends { readonly bucket: BucketSection }>(signal: Signal, store: T) => {
      const around = {
        namespace,
        kubernetesServiceAccount: serviceAccountOf(signal, cell, section.metrics.backend),
        retentionDays: longestRetention(hub, signal),
        objectStores,
        images,
      };
      return {
        ...store,
        bucket: createBucket(`hub-bucket-${cell}-${signal}`, store.bucket, around, { provider }),
      };
    };
    const { metrics, logs, traces } = section;
    const withPassword = (place: RedisSection) =>
      place && {
        ...place,
        password: place.password === undefined ? undefined : redis[place.password],
      };
    return [
      cell,
      {
        metrics: {
          ...withBucket("metrics", metrics),
          zones: [...metrics.zones],
          redis: withPassword(metrics.redis),
        },
        ...(logs && { logs: { ...withBucket("logs", logs), redis: withPassword(logs.redis) } }),
        ...(traces && { traces: withBucket("traces", traces) }),
      },
    ];
  });

  return new HubObservability(
    "hub",
    {
      existingNamespace: namespace,
      gateway: gatewayArgs(hub, pki),
      cells: Object.fromEntries(cells),
      tenants: hub.tenants,
      edges: hub.edges,
      watchedBy,
      certificates: pki.certificates,
      renewBeforeDays: hub.certificates.renewBeforeDays,
      alerting: alertingArgs(hub, deadMansSwitchUrl),
      globalQuery: hub.globalQuery && {
        ...hub.globalQuery,
        certificate: pki.queryCertificate,
        privateKey: pki.queryPrivateKey,
      },
      grafana: hub.grafana && grafanaArgs(hub.grafana, grafana),
      images,
    },
    { providers: [provider] },
  );
}

function alertingArgs(
  { alerting }: HubSection,
  url: Secrets["deadMansSwitchUrl"],
): HubAlertingArgs {
  const { alertmanagers, deadMansSwitch } = alerting;
  return {
    alertmanagers: [...alertmanagers],
    deadMansSwitch: deadMansSwitch && url && { ...deadMansSwitch, url },
  };
}

function gatewayArgs({ gateway }: HubSection, pki: MtlsPki): HubObservabilityArgs["gateway"] {
  return {
    host: gateway.host,
    port: gateway.port,
    serviceType: gateway.serviceType,
    nodePort: gateway.nodePort,
    serviceAnnotations: gateway.serviceAnnotations,
    replicas: gateway.replicas,
    serverCertificate: pki.serverCertificate,
    serverPrivateKey: pki.serverPrivateKey,
    clientTrustBundle: pki.trustBundle,
  };
}
