/**
 * A CronJob that renews certificates once a week from inside a cluster. Use it if no CI job can reach
 * your Pulumi backend; otherwise use .github/workflows/renew.yml.
 *
 * You build the image: this repository after `npm ci --omit=dev`, and the Pulumi CLI with its
 * plugins. You create the Secret `renew`, outside any stack file, with these keys:
 *   kubeconfig             reaches the clusters of the hub and of the edges
 *   passphrase-<stack>     one for each stack, if stacks are encrypted with a passphrase
 *   backend                PULUMI_BACKEND_URL, e.g. azblob://state?storage_account=contosopulumi
 */
import * as k8s from "@pulumi/kubernetes";
import { restrictedNamespace } from "@heliograph/heliograph";
import { restrictedContainer, restrictedPod } from "@heliograph/heliograph/model";

const IMAGE = "registry.example.com/heliograph-job:2026-11-21";
const STACKS = ["ops", "dev", "stg", "prd"];
const USER = 65_532;

const namespace = restrictedNamespace("jobs", "heliograph-jobs");
const backend = {
  name: "PULUMI_BACKEND_URL",
  valueFrom: { secretKeyRef: { name: "renew", key: "backend" } },
};
const passphrases = STACKS.map((stack) => ({
  key: `passphrase-${stack}`,
  path: `passphrases/${stack}`,
}));

export const renewal = new k8s.batch.v1.CronJob("renew", {
  metadata: { name: "renew", namespace: namespace.metadata.name },
  spec: {
    // Mondays at 6, when somebody can look at a failure. The window of 90 days leaves 12 more tries.
    schedule: "0 6 * * 1",
    concurrencyPolicy: "Forbid",
    jobTemplate: {
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: 3600,
        template: {
          spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(USER),
            containers: [
              {
                name: "renew",
                image: IMAGE,
                command: ["npm", "run", "--silent", "up", "--", "--renew", ...STACKS],
                env: [
                  { name: "HOME", value: "/tmp" },
                  { name: "KUBECONFIG", value: "/credentials/kubeconfig" },
                  { name: "HELIOGRAPH_PASSPHRASES", value: "/credentials/passphrases" },
                  backend,
                ],
                resources: {
                  requests: { cpu: "500m", memory: "1Gi" },
                  limits: { cpu: "2", memory: "2Gi" },
                },
                securityContext: restrictedContainer,
                terminationMessagePolicy: "FallbackToLogsOnError",
                volumeMounts: [
                  { name: "credentials", mountPath: "/credentials", readOnly: true },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: [
              {
                name: "credentials",
                secret: {
                  secretName: "renew",
                  defaultMode: 0o440,
                  items: [{ key: "kubeconfig", path: "kubeconfig" }, ...passphrases],
                },
              },
              { name: "tmp", emptyDir: { sizeLimit: "2Gi" } },
            ],
          },
        },
      },
    },
  },
});
