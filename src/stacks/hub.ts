import type * as k8s from "@pulumi/kubernetes";
import {
  type HubCellArgs,
  HubObservability,
  type HubObservabilityArgs,
  type ImageArgs,
  type MtlsPki,
  restrictedNamespace,
} from "@heliograph/heliograph";
import {
  backendName,
  HUB_NAMESPACE,
  longestRetention,
  mapValues,
  resolveHub,
} from "@heliograph/heliograph/model";
import type { Configuration } from "../config/load";
import type { HubSection } from "../config/hub-schema";
import { alertingArgs } from "./alerting";
import { grafanaArgs } from "./grafana";
import { createBucket } from "./bucket";
import { storesOf } from "../config/stores";

type Secrets = Omit<Configuration, "settings">;

/** The hub, its namespace and its buckets. `watchedBy`: the edge of this stack. */
export function deployHub(
  hub: HubSection,
  watchedBy: string | undefined,
  pki: MtlsPki,
  { objectStores, redis, deadMansSwitchUrl, receivers, grafana }: Secrets,
  images: ImageArgs,
  provider: k8s.Provider,
): HubObservability {
  const namespace = restrictedNamespace("hub-namespace", HUB_NAMESPACE, { provider }).metadata.name;

  const { tenants } = resolveHub(hub);
  const stores = storesOf(hub.cells).map(({ cell, signal, store }) => {
    const { redis: cache, ...section } = store;
    const around = {
      namespace,
      kubernetesServiceAccount: backendName(store.backend, cell),
      retentionDays: longestRetention({ tenants }, signal),
      objectStores,
      images,
    };
    const name = `hub-bucket-${cell}-${signal}`;
    const bucket = createBucket(name, store.bucket, around, { provider });
    const password = cache?.password === undefined ? undefined : redis[cache.password];
    return { cell, signal, args: { ...section, bucket, redis: cache && { ...cache, password } } };
  });
  const cellArgs = (cell: string) =>
    Object.fromEntries(
      stores.filter((each) => each.cell === cell).map(({ signal, args }) => [signal, args]),
    ) as object as HubCellArgs;

  return new HubObservability(
    "hub",
    {
      existingNamespace: namespace,
      gateway: gatewayArgs(hub, pki),
      cells: mapValues(hub.cells, (_, cell) => cellArgs(cell)),
      tenants: hub.tenants,
      edges: hub.edges,
      slos: hub.slos,
      watchedBy,
      certificates: pki.certificates,
      renewBeforeDays: hub.certificates.renewBeforeDays,
      alerting: alertingArgs(hub.alerting, { deadMansSwitchUrl, receivers }),
      rules: hub.rules,
      dashboards: hub.dashboards,
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
