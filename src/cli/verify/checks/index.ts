import type { HubSection } from "../../../config/hub-schema";
import type { Check } from "../check";
import type { EdgeView, HubView } from "../fleet";
import { agents } from "./edge/agents";
import { allTenants } from "./edge/all-tenants";
import { configuration } from "./edge/configuration";
import { gateway } from "./edge/gateway";
import { identity } from "./edge/identity";
import { labels } from "./edge/labels";
import { newestSample } from "./edge/newest-sample";
import { queue } from "./edge/queue";
import { sample } from "./edge/sample";
import { shutOut } from "./edge/shut-out";
import { waiting } from "./edge/waiting";
import { datasources } from "./hub/datasources";
import { gatewayCertificate } from "./hub/gateway-certificate";
import { gatewayConfiguration } from "./hub/gateway-configuration";
import { gatewayPods } from "./hub/gateway-pods";
import { inventory } from "./hub/inventory";
import { limits } from "./hub/limits";
import { rules } from "./hub/rules";

/** Once for each hub, before its edges: a change of the inventory that is still on its way into the gateway would fail them. */
export function hubChecks(hub: HubSection): readonly Check<HubView>[] {
  return [
    inventory(hub),
    gatewayPods(hub.gateway.replicas),
    gatewayCertificate,
    gatewayConfiguration,
    limits,
    rules,
    ...(hub.grafana ? [datasources(hub.grafana)] : []),
  ];
}

/** For each edge, by where it stands with its hub. */
export function edgeChecks({ entry }: EdgeView, maxAgeSeconds: number): readonly Check<EdgeView>[] {
  switch (entry.state) {
    case "waiting":
      return [waiting];
    case "revoked":
      return [shutOut];
    case "signed":
      return [
        identity,
        gateway,
        sample(),
        labels,
        newestSample(maxAgeSeconds),
        agents,
        queue(maxAgeSeconds),
        configuration,
        allTenants,
      ];
  }
}
