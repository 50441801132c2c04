import type * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../kit/images";
import type { HubObservabilityArgs } from "./args";
import type { HubModel } from "./model";
import { Alertmanager } from "../alertmanager/alertmanager";

/** The hub's own Alertmanagers. Undefined where alerts have no receiver. */
export function createAlertmanager(
  name: string,
  { alertmanager: model }: HubModel,
  { alerting = {}, grafana, images }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  opts: pulumi.ComponentResourceOptions,
): Alertmanager | undefined {
  if (!model) return undefined;
  const { alertmanager, receivers = {} } = alerting;
  const customers = Object.keys(grafana?.organisations ?? {}).length > 0;
  return new Alertmanager(
    name,
    {
      ...alertmanager,
      owner: "hub",
      namespace,
      model,
      receivers,
      image: imageReference("alertmanager", images),
      ...(customers && { labelProxyImage: imageReference("labelProxy", images) }),
    },
    opts,
  );
}
