import type { Signal } from "@heliograph/heliograph";
import { edgeAlerting, SIGNALS } from "@heliograph/heliograph/model";
import type { Check } from "../check";
import type { EdgeView } from "../edge";
import { type HubView, signalsOf } from "../hub";
import type { ConfiguredHub } from "../fleet";
import { alertmanagers, edgeAlertmanagers } from "./alertmanager";
import { agents, configuration, queue } from "./agents";
import { allTenants, inQuery, newestSample, retention } from "./metrics";
import { collectorQueue, collectors } from "./collectors";
import { correlation } from "./traces";
import { gateway, shutOut } from "./gateway";
import { identity, waiting } from "./identity";
import { edgeRules } from "./edge-alerts";
import { labels } from "./labels";
import { writtenAndRead } from "./probe";
import { testAlerts } from "./test-alerts";
import { newestLine } from "./logs";
import {
  cellsInQuery,
  gatewayCertificate,
  gatewayConfiguration,
  gatewayPods,
  inventory,
  inventoryDifferences,
  rules,
} from "./hub";
import { datasources } from "./datasources";
import { limits } from "./limits";
import { lifecycle } from "./buckets";

/**
 * Checks of a hub. They come before those of its edges, which would fail by a change of the
 * inventory that is still on its way into the gateway.
 */
export function hubChecks({
  view,
  settings: hub,
  model,
  buckets,
}: ConfiguredHub): readonly Check<HubView>[] {
  const fileIsNewer = inventoryDifferences(hub, view.contract.edges).length > 0;
  return [
    inventory(hub),
    gatewayPods(hub.gateway.replicas),
    gatewayCertificate,
    gatewayConfiguration,
    limits(model, fileIsNewer),
    rules,
    ...(model.alertmanager
      ? [alertmanagers(model.alertmanager), testAlerts(model.alertmanager)]
      : []),
    ...(buckets ? [lifecycle(buckets)] : []),
    ...(hub.globalQuery ? [cellsInQuery] : []),
    ...(hub.grafana ? [datasources(hub.grafana)] : []),
  ];
}

/** Checks of an edge, by its state at the hub. */
export function edgeChecks(
  { name, entry, home, hub }: EdgeView,
  maxAgeSeconds: number,
): readonly Check<EdgeView>[] {
  const takes = (signal: Signal) => signalsOf(entry).includes(signal);
  const sends = (signal: Signal) => takes(signal) && (home?.sends ?? SIGNALS).includes(signal);
  const tells =
    entry.query === undefined ? undefined : home?.alertmanagers?.(edgeAlerting(hub.contract, name));
  switch (entry.state) {
    case "waiting":
      return [waiting];
    case "revoked":
      return [shutOut];
    case "signed":
      return [
        identity,
        gateway,
        writtenAndRead("metrics"),
        labels,
        newestSample(maxAgeSeconds),
        agents,
        queue(maxAgeSeconds),
        configuration,
        allTenants,
        ...(entry.query !== undefined ? [inQuery] : []),
        ...(home?.retentionDays ? [retention(home.retentionDays)] : []),
        ...(home?.buckets ? [lifecycle(home.buckets)] : []),
        ...(tells ? [edgeRules(tells), edgeAlertmanagers(tells)] : []),
        ...(takes("logs") ? [writtenAndRead("logs")] : []),
        ...(sends("logs") ? [newestLine] : []),
        ...(takes("traces") ? [writtenAndRead("traces")] : []),
        ...(sends("logs") || sends("traces") ? [collectors, collectorQueue(maxAgeSeconds)] : []),
        ...(sends("logs") && sends("traces") ? [correlation] : []),
      ];
  }
}
