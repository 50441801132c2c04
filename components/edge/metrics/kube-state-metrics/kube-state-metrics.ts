import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, selectorLabels } from "../../../kit/labels";
import { createAccount } from "../../account";
import { kubeStateMetricsPod } from "./pod";
import { RULES } from "./resources";
import { KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT } from "./role";

export interface KubeStateMetricsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
}

const labels = objectLabels(KUBE_STATE_METRICS);

/** kube-state-metrics: what the API server knows of objects, as metrics. One pod; while it restarts, there is a gap of some scrapes. */
export class KubeStateMetrics extends pulumi.ComponentResource {
  constructor(name: string, args: KubeStateMetricsArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:KubeStateMetrics", name, {}, opts);
    const account = createAccount(
      name,
      { metadata: metadata(args), rules: RULES },
      { parent: this },
    );
    createDeployment(this, name, args, account);
    createService(this, name, args);
    this.registerOutputs({});
  }
}

function metadata({ namespace }: KubeStateMetricsArgs) {
  return { name: KUBE_STATE_METRICS.name, namespace, labels };
}

function createDeployment(
  parent: KubeStateMetrics,
  name: string,
  args: KubeStateMetricsArgs,
  account: pulumi.Input<string>,
): void {
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(KUBE_STATE_METRICS) },
        template: {
          metadata: { labels },
          spec: kubeStateMetricsPod({ image: args.image, serviceAccount: account }),
        },
      },
    },
    { parent },
  );
}

function createService(parent: KubeStateMetrics, name: string, args: KubeStateMetricsArgs): void {
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: metadata(args),
      spec: {
        selector: selectorLabels(KUBE_STATE_METRICS),
        ports: [{ name: "http", port: KUBE_STATE_METRICS_PORT, targetPort: "http" }],
      },
    },
    { parent },
  );
}
