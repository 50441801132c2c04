/**
 * Renews certificates once a week from inside a cluster, for those whose backend no CI job reaches. Where one does: .github/workflows/renew.yml.
 *
 * The image is yours: this repository with `npm ci --omit=dev` done, and the Pulumi CLI with its plugins. The Secret `renew` is made by you, outside of any stack file:
 *   kubeconfig             reaches the hub's and the edges' clusters
 *   passphrase-<stack>     one for each stack, where stacks are encrypted with a passphrase
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
    // Mondays at 6: somebody is there when it fails. A window of 90 days leaves a dozen more tries.
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
