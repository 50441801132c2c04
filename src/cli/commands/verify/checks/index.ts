import { type Signal, SIGNALS } from "../../../../../components/contract/names";
import type { Check } from "../check";
import type { EdgeView } from "../edge";
import { type HubView, signalsOf } from "../hub";
import type { ConfiguredHub } from "../fleet";
import { agents, configuration, queue } from "./agents";
import { allTenants, inQuery, newestSample, retention } from "./metrics";
import { collectorQueue, collectors } from "./collectors";
import { correlation } from "./traces";
import { gateway, shutOut } from "./gateway";
import { identity, waiting } from "./identity";
import { labels } from "./labels";
import { logLine, sample, trace, writtenAndRead } from "./probe";
import { newestLine } from "./logs";
import {
  cellsInQuery,
  gatewayCertificate,
  gatewayConfiguration,
  gatewayPods,
  inventory,
  rules,
} from "./hub";
import { datasources } from "./datasources";
import { limits } from "./limits";
import { lifecycle } from "./buckets";

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
