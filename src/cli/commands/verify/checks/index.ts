import { SIGNALS, type Signal } from "../../../../../components/contract/names";
import type { Check } from "../check";
import { signalsOf, type EdgeView, type HubView } from "../fleet";
import type { ConfiguredHub } from "../open";
import { agents } from "./edge/agents";
import { allTenants } from "./edge/all-tenants";
import { collectorQueue } from "./edge/collector-queue";
import { collectors } from "./edge/collectors";
import { configuration } from "./edge/configuration";
import { correlation } from "./edge/correlation";
import { gateway } from "./edge/gateway";
import { identity } from "./edge/identity";
import { inQuery } from "./edge/in-query";
import { labels } from "./edge/labels";
import { logLine } from "./edge/log-line";
import { newestLine } from "./edge/newest-line";
import { newestSample } from "./edge/newest-sample";
import { writtenAndRead } from "./edge/probe";
import { queue } from "./edge/queue";
import { retention } from "./edge/retention";
import { sample } from "./edge/sample";
import { shutOut } from "./edge/shut-out";
import { trace } from "./edge/trace";
import { waiting } from "./edge/waiting";
import { cellsInQuery } from "./hub/cells-in-query";
import { datasources } from "./hub/datasources";
import { gatewayCertificate } from "./hub/gateway-certificate";
import { gatewayConfiguration } from "./hub/gateway-configuration";
import { gatewayPods } from "./hub/gateway-pods";
import { inventory } from "./hub/inventory";
import { limits } from "./hub/limits";
import { rules } from "./hub/rules";
import { lifecycle } from "./lifecycle";

/** Once for each hub, before its edges: a change of the inventory that is still on its way into the gateway would fail them. */
export function hubChecks({ settings: hub, buckets }: ConfiguredHub): readonly Check<HubView>[] {
  return [
    inventory(hub),
    gatewayPods(hub.gateway.replicas),
    gatewayCertificate,
    gatewayConfiguration,
    limits,
    rules,
    ...(buckets ? [lifecycle(buckets)] : []),
    ...(hub.globalQuery ? [cellsInQuery] : []),
    ...(hub.grafana ? [datasources(hub.grafana)] : []),
  ];
}

/** For each edge, by where it stands with its hub. */
export function edgeChecks(
  { entry, home }: EdgeView,
  maxAgeSeconds: number,
): readonly Check<EdgeView>[] {
  const takes = (signal: Signal) => signalsOf(entry).includes(signal);
  const sends = (signal: Signal) => takes(signal) && (home?.sends ?? SIGNALS).includes(signal);
  switch (entry.state) {
    case "waiting":
      return [waiting];
    case "revoked":
      return [shutOut];
    case "signed":
      return [
        identity,
        gateway,
        writtenAndRead(sample),
        labels,
        newestSample(maxAgeSeconds),
        agents,
        queue(maxAgeSeconds),
        configuration,
        allTenants,
        ...(entry.query !== undefined ? [inQuery] : []),
        ...(home?.retentionDays ? [retention(home.retentionDays)] : []),
        ...(home?.buckets ? [lifecycle(home.buckets)] : []),
        ...(takes("logs") ? [writtenAndRead(logLine)] : []),
        ...(sends("logs") ? [newestLine] : []),
        ...(takes("traces") ? [writtenAndRead(trace)] : []),
        ...(sends("logs") || sends("traces") ? [collectors, collectorQueue(maxAgeSeconds)] : []),
        ...(sends("logs") && sends("traces") ? [correlation] : []),
      ];
  }
}
