import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { selectorLabels } from "../../kit/labels";
import { parseQuantity } from "../../kit/quantity";
import { singleRole } from "./roles";
import { growthNote } from "./growth";
import { sharedMetadata, type Installation } from "./installation";
import { backendPod, timeouts, type BackendPodArgs } from "./pod";

/**
 * The whole backend in one pod with one disk. Gives nothing to wait for: the provider waits until a
 * Service has a ready pod.
 */
export function createSingle<Component extends string>(
  installation: Installation<Component>,
  pod: BackendPodArgs<Component>,
): pulumi.Resource[] {
  const { backend, name, parent, cell, storageClass, diskSize } = installation;
  const metadata = sharedMetadata(installation);
  const selector = selectorLabels(singleRole(backend.name, cell));
  const statefulSet = new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata,
      spec: {
        replicas: 1,
        serviceName: metadata.name,
        // In order, a pod that cannot start would never be replaced by one that can.
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: backendPod(installation, pod),
        volumeClaimTemplates: [
          {
            metadata: { name: "data", labels: selector },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: storageClass,
              resources: { requests: { storage: diskSize } },
            },
          },
        ],
      },
    },
    // Another size would replace it, and stop the backend, although claims can grow while they are
    // used.
    { parent, ignoreChanges: ["spec.volumeClaimTemplates"], customTimeouts: timeouts(1) },
  );
  noteGrowth(statefulSet, diskSize);
  return [];
}

function noteGrowth({ metadata, spec }: k8s.apps.v1.StatefulSet, to: string): void {
  pulumi
    .all([metadata.name, metadata.namespace, spec.volumeClaimTemplates])
    .apply(([name, namespace, claims]) => {
      const from = claims?.[0]?.spec?.resources?.requests?.["storage"];
      if (!from || parseQuantity(from) >= parseQuantity(to)) return undefined;
      return pulumi.log.warn(growthNote({ name, namespace, from, to }, pulumi.getStack()));
    });
}
