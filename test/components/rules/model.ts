import { BACKENDS } from "../../../components/backends/registry";
import { NO_OWN_RULES } from "../../../components/rules/own/model";
import type { RulesModel } from "../../../components/rules/model";

const DAY = 86_400;

/** Times count from 1970, where promtool's tests begin. */
export const model: RulesModel = {
  groupsNameTenants: true,
  agentNamespaces: ["heliograph"],
  backends: BACKENDS,
  runbookBaseUrl: "https://github.com/heliograph/heliograph/blob/main/docs/runbooks.md#",
  hub: { namespace: "heliograph-hub", cluster: "ops" },
  tenants: ["dev", "ops", "prd"],
  ownTenants: ["dev", "ops", "prd"],
  edges: [
    {
      name: "dev",
      tenant: "dev",
      state: "signed",
      environment: "dev",
      region: "lab",
      clusterType: "workload",
    },
    { name: "prd", tenant: "prd", state: "signed", environment: "prd" },
    { name: "gone", tenant: "dev", state: "revoked" },
    { name: "new", tenant: "dev", state: "waiting" },
  ],
  certificates: [
    { certificate: "edge", cluster: "dev", notAfter: 300 * DAY },
    { certificate: "edge", cluster: "prd", notAfter: 75 * DAY },
    { certificate: "gateway", notAfter: 13 * DAY },
    { certificate: "authority", notAfter: 3650 * DAY },
  ],
  slos: [],
  own: NO_OWN_RULES,
  renewalDays: 90,
  workloads: { thresholds: {}, environments: {}, tenants: {}, disabled: [] },
  compared: [{ environment: "prd", with: "stg" }],
};
