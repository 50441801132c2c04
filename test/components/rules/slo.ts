import type { Slo } from "../../../components/rules/slos";

/** One in a thousand may fail. */
export const checkout: Slo = {
  name: "checkout",
  tenant: "shop",
  objective: 99.9,
  good: 'sum(rate(http_requests_total{app="checkout",code!~"5.."}[$window]))',
  total: 'sum(rate(http_requests_total{app="checkout"}[$window]))',
  window: "30d",
  description: "Checkouts are answered without an error",
  team: "payments",
  labels: { environment: "prd" },
};
