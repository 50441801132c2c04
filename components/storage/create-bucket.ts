import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../kit/checksum";
import { imageReference, type ImageArgs } from "../kit/images";
import { objectLabels } from "../kit/labels";
import { restrictedContainer, restrictedPod } from "../kit/pod-security";
import { BUCKET_ROLE } from "./role";
import type { ObjectStoreConnection } from "./connection";
import { CURL_CONFIG } from "./credentials";
import { DEFAULT_REGION } from "./location";

const CREDENTIALS_PATH = "/etc/object-store";
const NOBODY = 65_534;

/** Asks for the bucket once; that it is there already is as good. What the store says otherwise is the last line of the pod's log. */
export const CREATE_BUCKET_SCRIPT = `set -eu
fail() { echo "bucket $BUCKET at $ENDPOINT: $1" >&2; exit 1; }
body=
if [ -n "$LOCATION" ]; then
  body="<CreateBucketConfiguration><LocationConstraint>$LOCATION</LocationConstraint></CreateBucketConfiguration>"
fi
# Stores want to be told the hash of the body; not every curl does.
hash=$(printf %s "$body" | sha256sum | cut -d ' ' -f 1)
status=$(curl --silent --show-error --max-time 30 --config "$CREDENTIALS" --aws-sigv4 "aws:amz:$REGION:s3" \\
  --request PUT --data "$body" --header 'Content-Type: application/xml' --header "X-Amz-Content-Sha256: $hash" \\
  --output "$TMPDIR/answer" --write-out '%{http_code}' "$SCHEME://$ENDPOINT/$BUCKET") ||
  fail "no answer (see the line above): is the endpoint right, and may this pod reach it?"
case "$status" in
  200) echo "bucket $BUCKET at $ENDPOINT: made" ;;
  409) grep -q BucketAlreadyOwnedByYou "$TMPDIR/answer" || fail "belongs to somebody else: choose another name"
    echo "bucket $BUCKET at $ENDPOINT: is there already" ;;
  403) fail "refused (HTTP 403): $(cat "$TMPDIR/answer")" ;;
  *) fail "HTTP $status: $(cat "$TMPDIR/answer")" ;;
esac
`;

/** Environment of the script. */
export function createBucketVariables({
  bucket,
  endpoint,
  region,
  insecure,
}: ObjectStoreConnection) {
  return {
    BUCKET: bucket,
    ENDPOINT: endpoint,
    REGION: region,
    SCHEME: insecure ? "http" : "https",
    // Stores refuse to hear the name of the region that is theirs by default.
    LOCATION: region === DEFAULT_REGION ? "" : region,
  };
}

export interface CreateBucketArgs {
  readonly namespace: pulumi.Input<string>;
  readonly connection: pulumi.Output<ObjectStoreConnection>;
  readonly images?: ImageArgs;
}

/**
 * A Job that makes the bucket; an update waits until it has succeeded. It runs once per bucket: its name holds the place of the bucket, and what else
 * changes in it (the image, say) does not run it again.
 */
export function createBucketJob(
  name: string,
  { namespace, connection, images }: CreateBucketArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const place = connection.apply(({ endpoint, bucket }) => checksum(endpoint, bucket).slice(0, 8));
  const variables = connection.apply((known) =>
    Object.entries(createBucketVariables(known)).map(([name, value]) => ({ name, value })),
  );
  const own = [
    { name: "CREDENTIALS", value: `${CREDENTIALS_PATH}/${CURL_CONFIG}` },
    { name: "TMPDIR", value: "/tmp" },
  ];
  const labels = objectLabels(BUCKET_ROLE);
  return new k8s.batch.v1.Job(
    `${name}-create`,
    {
      metadata: { name: pulumi.interpolate`${name}-create-${place}`, namespace, labels },
      spec: {
        backoffLimit: 6,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(NOBODY),
            containers: [
              {
                name: "create",
                image: imageReference("curl", images),
                command: ["/bin/sh", "-c", CREATE_BUCKET_SCRIPT],
                env: variables.apply((list) => [...list, ...own]),
                securityContext: restrictedContainer,
                // The reason for a failure belongs into the pod's status, where `pulumi up` shows it.
                terminationMessagePolicy: "FallbackToLogsOnError",
                resources: {
                  requests: { cpu: "10m", memory: "16Mi" },
                  limits: { cpu: "100m", memory: "64Mi" },
                },
                volumeMounts: [
                  { name: "credentials", mountPath: CREDENTIALS_PATH, readOnly: true },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: [
              {
                name: "credentials",
                secret: {
                  secretName: connection.credentialsSecret,
                  items: [{ key: CURL_CONFIG, path: CURL_CONFIG }],
                  defaultMode: 0o440,
                },
              },
              { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
            ],
          },
        },
      },
    },
    { ...opts, ignoreChanges: ["spec"] },
  );
}
