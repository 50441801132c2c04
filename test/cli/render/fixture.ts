import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

class Shop extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("example:index:Shop", name, {}, opts);
    const own = { parent: this };
    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA" }, own);
    const metadata = { namespace: "shop" };
    new k8s.core.v1.Namespace(`${name}-namespace`, { metadata: { name: "shop" } }, own);
    new k8s.core.v1.Secret(
      `${name}-keys`,
      {
        metadata: { name: "keys", ...metadata },
        stringData: { "tls.key": key.privateKeyPem, name: "plain" },
      },
      own,
    );
    new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { name: "config", ...metadata },
        data: { plain: "shown", derived: pulumi.interpolate`${key.privateKeyPem}!` },
      },
      own,
    );
    const labels = { app: "store" };
    const requests = (cpu: string, memory: string) => ({
      resources: { requests: { cpu, memory } },
    });
    new k8s.apps.v1.StatefulSet(
      `${name}-store`,
      {
        metadata: { name: "store", ...metadata },
        spec: {
          replicas: 3,
          serviceName: "store",
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              initContainers: [
                { name: "once", image: "i", ...requests("1500m", "1Mi") },
                {
                  name: "sidecar",
                  image: "i",
                  restartPolicy: "Always",
                  ...requests("100m", "64Mi"),
                },
              ],
              containers: [{ name: "main", image: "i", ...requests("400m", "1Gi") }],
            },
          },
          volumeClaimTemplates: [
            { metadata: { name: "data" }, spec: { resources: { requests: { storage: "10Gi" } } } },
          ],
        },
      },
      own,
    );
    new k8s.apps.v1.DaemonSet(
      `${name}-watch`,
      {
        metadata: { name: "watch", ...metadata },
        spec: {
          selector: { matchLabels: { app: "watch" } },
          template: {
            metadata: { labels: { app: "watch" } },
            spec: { containers: [{ name: "main", image: "i", ...requests("50m", "32Mi") }] },
          },
        },
      },
      own,
    );
    this.registerOutputs({});
  }
}

export async function shop(): Promise<object> {
  const hub = new pulumi.StackReference("organization/heliograph/ops");
  new Shop("shop");
  return { greeting: hub.getOutput("greeting").apply((greeting) => `${greeting}, world`) };
}

/** Fails where nobody awaits it, as a check of a value that only the engine knows does. */
export async function failsInApply(): Promise<object> {
  const key = new tls.PrivateKey("key", { algorithm: "ECDSA" });
  const wrong = key.id.apply((): string => {
    throw new Error("the request is not the edge's");
  });
  new k8s.core.v1.ConfigMap("config", { metadata: { name: "config" }, data: { wrong } });
  return {};
}

export async function talks(): Promise<object> {
  await pulumi.log.warn("mind the gap");
  return {};
}

export async function failsOutright(): Promise<object> {
  throw new Error("no such edge");
}
