import type * as K8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { checksum } from "../kit/checksum";
import { imageReference } from "../kit/images";
import { objectLabels } from "../kit/labels";
import { restrictedContainer, restrictedPod } from "../kit/pod-security";
import type { BucketRequest, UsableBucket } from "./cloud";
import { DEFAULT_REGION } from "./connection";
import { createCredentials, CURL_CONFIG, type StaticKeys } from "./credentials";
import { BUCKET_ROLE } from "./role";
import { loadSdk } from "./sdk";

const CREDENTIALS_PATH = "/etc/object-store";
const NOBODY = 65_534;

/** Where a store that speaks S3 has the bucket. */
interface KnownLocation {
  readonly bucket: string;
  readonly endpoint: string;
  readonly region?: string;
  readonly insecure?: boolean;
}

/**
 * Asks for the bucket once; one that exists is as good. Any other answer of the store is the last
 * line of the pod's log.
 */
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
  region = DEFAULT_REGION,
  insecure = false,
}: KnownLocation) {
  return {
    BUCKET: bucket,
    ENDPOINT: endpoint,
    REGION: region,
    SCHEME: insecure ? "http" : "https",
    // Stores refuse to hear the name of the region that is theirs by default.
    LOCATION: region === DEFAULT_REGION ? "" : region,
  };
}

/** The section as it was given has the keys, the checked one the location. */
type Request = Omit<BucketRequest<StaticKeys>, "checked"> & {
  readonly checked: pulumi.Output<KnownLocation>;
};

/** Puts the keys of a bucket that exists into a Secret beside its pods. */
export function useKeyedBucket(request: Request): UsableBucket {
  const credentials = createCredentials(request);
  return { location: locationOf(request, credentials), before: [] };
}

/** The same, and a Job that creates the bucket. */
export function createKeyedBucket(request: Request): UsableBucket {
  const credentials = createCredentials(request);
  const location = locationOf(request, credentials);
  return { location, before: [createBucketJob(request, location)] };
}

function locationOf({ checked }: Request, credentials: K8s.core.v1.Secret) {
  return checked.apply((known) =>
    credentials.metadata.name.apply((credentialsSecret) => ({ ...known, credentialsSecret })),
  );
}

/**
 * A Job that creates the bucket; an update waits until it has succeeded. It runs once per bucket:
 * its name has a checksum of the bucket's address, and no other change (of the image, say) makes it
 * run again.
 */
function createBucketJob(
  { name, parent, namespace, images }: Request,
  location: pulumi.Output<KnownLocation & { readonly credentialsSecret: string }>,
): K8s.batch.v1.Job {
  const k8s = loadSdk<typeof K8s>("@pulumi/kubernetes");
  const jobName = location.apply(
    ({ endpoint, bucket }) => `${name}-create-${checksum(endpoint, bucket).slice(0, 8)}`,
  );
  const variables = location.apply((known) =>
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
      metadata: { name: jobName, namespace, labels },
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
                // The reason for a failure belongs in the pod's status: `pulumi up` shows it.
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
                  secretName: location.credentialsSecret,
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
    { parent, ignoreChanges: ["spec"] },
  );
}
