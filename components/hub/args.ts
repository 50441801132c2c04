import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";
import type { PodsArgs } from "../kit/pods";
import type { HubAlertingArgs } from "./alerting-args";
import type { HubCellArgs } from "./cell-args";
import type { HubGatewayArgs } from "./gateway/args";
import type { HubGlobalQueryArgs } from "./global-query/args";
import type { HubGrafanaArgs } from "./grafana/args";
import type { HubEdgeArgs, HubTenantArgs } from "./inventory-args";
import type { HubDashboardsArgs } from "./dashboards-args";
import type { HubRulesArgs } from "./rules-args";
import type { HubSloArgs } from "./slo-args";

/**
 * Arguments of HubObservability. Names of cells, tenants and edges, and everything in the
 * inventory, must be known at preview, because children and their sizes are derived from them.
 */
export interface HubObservabilityArgs {
  /**
   * Name of the namespace to create for the hub. Its labels make the cluster reject pods that are
   * not restricted. Do not give it with `existingNamespace`. Defaults to `heliograph-hub`.
   */
  namespace?: string;
  /**
   * Name of an existing namespace for the hub. It is needed if a bucket with static keys has put
   * its Secret there. Do not give it with `namespace`. Defaults to none: a namespace is created.
   */
  existingNamespace?: pulumi.Input<string>;
  /**
   * Namespace of the agent that watches the hub's own cluster. Its pods may read the hub's metrics.
   * Defaults to `agentNamespace` of the edge `watchedBy`.
   */
  agentNamespace?: string;
  /** The gateway, to which edges write. */
  gateway: HubGatewayArgs;
  /** The cells by name, at least one. */
  cells: Record<string, HubCellArgs>;
  /** The tenants by id. */
  tenants: Record<string, HubTenantArgs>;
  /** The edges by name. With the tenants they are the inventory. */
  edges: Record<string, HubEdgeArgs>;
  /** The service level objectives by name. Defaults to none. */
  slos?: Record<string, HubSloArgs>;
  /**
   * Name of the edge that runs in the hub's own cluster and scrapes the hub. Defaults to none:
   * alerts then find the hub by its namespace alone.
   */
  watchedBy?: string;
  /**
   * Signed certificates (PEM) by name of the edge. For an edge without one, no alert is raised when
   * the edge is silent or when its certificate ends. Defaults to none.
   */
  certificates?: pulumi.Input<Record<string, string>>;
  /**
   * Number of days before its end from which a certificate is renewed, 1 to 3650. An alert fires if
   * it was not renewed. Defaults to 90.
   */
  renewBeforeDays?: pulumi.Input<number>;
  /** Where alerts are sent. Defaults to nowhere: they are only stored. */
  alerting?: HubAlertingArgs;
  /**
   * Rules about what runs on the clusters, and your own. Defaults to all of Heliograph's, with
   * their own thresholds.
   */
  rules?: HubRulesArgs;
  /** What Grafana shows beside Heliograph's own dashboards. Defaults to nothing. */
  dashboards?: HubDashboardsArgs;
  /**
   * One query over all edges and cells. It is required if an edge has `query`. Defaults to none.
   */
  globalQuery?: HubGlobalQueryArgs;
  /** Grafana, with data sources that are generated from the inventory. Defaults to none. */
  grafana?: HubGrafanaArgs;
  /** Registry and overrides of images. Defaults to the upstream registries. */
  images?: ImageArgs;
  /** Placement, labels and proxy of every pod of the hub. Defaults to none. */
  pods?: PodsArgs;
}
