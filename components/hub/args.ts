import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";
import type { PodsArgs } from "../kit/pods";
import type { HubAlertingArgs } from "./alerting-args";
import type { HubCellArgs } from "./cell-args";
import type { HubGatewayArgs } from "./gateway/args";
import type { HubGlobalQueryArgs } from "./global-query/args";
import type { HubGrafanaArgs } from "./grafana/args";
import type { HubEdgeArgs, HubTenantArgs } from "./inventory-args";

export interface HubObservabilityArgs {
  /**
   * Namespace to make, with labels that refuse pods that are not restricted. Not with
   * `existingNamespace`. Defaults to `heliograph-hub`.
   */
  namespace?: string;
  /**
   * Namespace that exists: needed where a bucket with static keys has put its Secret there. Not with
   * `namespace`.
   */
  existingNamespace?: pulumi.Input<string>;
  /**
   * Namespace of the agent that watches the hub's own cluster; its pods may read the hub's metrics.
   * Defaults to `agentNamespace` of the edge `watchedBy`.
   */
  agentNamespace?: string;
  /** Where edges write to. */
  gateway: HubGatewayArgs;
  /** Cells by name, at least one. */
  cells: Record<string, HubCellArgs>;
  /** Tenants by id. */
  tenants: Record<string, HubTenantArgs>;
  /** The inventory: edges by name. */
  edges: Record<string, HubEdgeArgs>;
  /**
   * Edge of the inventory that runs in the hub's own cluster and scrapes the hub. Defaults to none:
   * then alerts know the hub by its namespace alone.
   */
  watchedBy?: string;
  /**
   * Certificates (PEM) signed for edges, by edge. Edges without one are not missed when they are
   * silent, and no end of theirs is watched. Defaults to none.
   */
  certificates?: pulumi.Input<Record<string, string>>;
  /**
   * Days before its end from which a certificate is renewed, 1 to 3650; an alert tells when that has
   * not happened. Defaults to 90.
   */
  renewBeforeDays?: pulumi.Input<number>;
  /** Who is told when something is wrong. Defaults to nobody. */
  alerting?: HubAlertingArgs;
  /** One query over all edges and cells. Defaults to none; edges with `query` need it. */
  globalQuery?: HubGlobalQueryArgs;
  /** Grafana, with data sources made from the inventory. Defaults to none. */
  grafana?: HubGrafanaArgs;
  /** Where images come from. Defaults to the upstream registries. */
  images?: ImageArgs;
  /** Placement, labels and proxy of every pod of the hub. Defaults to none. */
  pods?: PodsArgs;
}
