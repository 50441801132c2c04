import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { kubernetesPrograms } from "./api-server";

interface PodFacts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly address?: string;
}

/** Pods of a node that is not there: what a real API server says of them. */
export class NodePods {
  private readonly uids = new Map<string, string>();
  private readonly namespaces = new Set<string>();

  constructor(private readonly kubeconfig: string) {}

  create(
    namespace: string,
    name: string,
    { labels, annotations, address = "10.0.0.9" }: PodFacts,
  ): void {
    if (!this.namespaces.has(namespace)) this.kubectl(["create", "namespace", namespace]);
    this.namespaces.add(namespace);
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace, name, labels, annotations },
      spec: { nodeName: "node-a", containers: [{ name: "app", image: "none" }] },
    };
    const made = JSON.parse(
      this.kubectl(["create", "-o", "json", "-f", "-"], JSON.stringify(pod)),
    ) as {
      metadata: { uid: string };
    };
    this.uids.set(`${namespace}/${name}`, made.metadata.uid);
    const status = { status: { phase: "Running", podIP: address, podIPs: [{ ip: address }] } };
    this.kubectl([
      "patch",
      "pod",
      name,
      "-n",
      namespace,
      "--subresource=status",
      "-p",
      JSON.stringify(status),
    ]);
  }

  /** The folder of its logs, as kubelet names it. */
  folder(pod: string): string {
    return `${pod.replace("/", "_")}_${this.uids.get(pod)}`;
  }

  private kubectl(args: readonly string[], input?: string): string {
    const command = ["--kubeconfig", this.kubeconfig, ...args];
    return execFileSync(join(kubernetesPrograms(), "kubectl"), command, {
      input,
      encoding: "utf8",
    });
  }
}
