import { z } from "zod";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../../components/contract/names";
import { edgeSizing } from "../../components/contract/expected-series";
import { BackendTopology, MIMIR_COMPONENTS, MimirProfile, type MimirComponent } from "../../components/topology";
import { ALERTMANAGER, ALERTMANAGER_EXPECTED } from "../../components/kit/urls";
import { authority, certificates } from "./authority-schema";
import { accepted, described, duration, mapOf, name, port, quantity, text, whole } from "./fields";

const bucketName = text("Name of the bucket", "heliograph-metrics");

const prefix = described(
  z.string().regex(OBJECT_PREFIX).optional(),
  `First part of the name of every object, for a bucket that cells share: ${OBJECT_PREFIX_EXPECTED}`,
  "main",
);

/** A bucket (or container) that someone made already, or, where the provider can, one to make. Identity before static keys. */
export const bucket = described(
  z.discriminatedUnion("provider", [
    z.strictObject({
      provider: z.literal("azure"),
      prefix,
      existing: z.strictObject({
        storageAccount: text("Storage account that holds the container", "contosoheliograph"),
        container: text("Blob container in that account", "metrics"),
        clientId: text(
          "Client id of the managed identity that may write to it (workload identity)",
          "00000000-0000-0000-0000-000000000000",
        ),
      }),
    }),
    z.strictObject({
      provider: z.literal("s3"),
      prefix,
      existing: z.strictObject({
        bucket: bucketName,
        region: text("Region of the bucket", "me-central-1"),
        roleArn: text("Role that pods assume (IRSA)", "arn:aws:iam::123456789012:role/heliograph-metrics"),
      }),
    }),
    z.strictObject({
      provider: z.literal("gcs"),
      prefix,
      existing: z.strictObject({
        bucket: bucketName,
        serviceAccount: text(
          "Google service account that pods act as (workload identity)",
          "heliograph@project.iam.gserviceaccount.com",
        ),
      }),
    }),
    z.strictObject({
      provider: z.literal("s3-compatible"),
      prefix,
      create: described(
        z.boolean().default(false),
        "Whether to make the bucket where it does not exist: true or false",
        true,
      ),
      bucket: bucketName,
      endpoint: text("Host and port of the endpoint, without a scheme", "minio.example.com:9000"),
      region: described(
        z.string().default("us-east-1"),
        "Region used in signatures; most endpoints take any",
        "us-east-1",
      ),
      insecure: described(
        z.boolean().default(false),
        "Whether the endpoint speaks plain HTTP: true or false (true only where nobody else is on the network)",
        false,
      ),
      credentials: name("Name of the entry in `heliograph:secrets` `objectStores` that holds its keys", "lab"),
    }),
  ]),
  "A bucket, by provider: azure, s3, gcs or s3-compatible",
  {
    provider: "azure",
    existing: {
      storageAccount: "contosoheliograph",
      container: "metrics",
      clientId: "00000000-0000-0000-0000-000000000000",
    },
  },
);

const gateway = described(
  z.strictObject({
    host: text(
      "Name under which edges reach the gateway; it is in the gateway's certificate",
      "ingest.ops.example.com",
    ),
    port: port("Port under which edges reach it", 443).default(443),
    addresses: described(
      z.array(described(z.union([z.ipv4(), z.ipv6()]), "An IP address", "10.20.0.10")).default([]),
      "IP addresses under which edges reach it, for the certificate: a list of addresses",
      ["10.20.0.10"],
    ),
    replicas: whole("Number of gateway pods", [1, 50], 2).default(2),
    serviceType: described(
      z.enum(["LoadBalancer", "NodePort", "ClusterIP"]).default("LoadBalancer"),
      "How the Service is exposed: LoadBalancer, NodePort or ClusterIP",
      "LoadBalancer",
    ),
    nodePort: port("Port of the node, with serviceType NodePort", 30_443).optional(),
    serviceAnnotations: described(
      z.record(z.string(), z.string()).default({}),
      "Annotations for the load balancer, as text to text",
      { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
    ),
  }),
  "Where edges write to",
  { host: "ingest.ops.example.com" },
);

const podsOfComponents = Object.fromEntries(
  MIMIR_COMPONENTS.map((component) => [component, whole(`Pods of the ${component}`, [1, 1000], 3).optional()]),
) as Record<MimirComponent, z.ZodOptional<z.ZodInt>>;

const cell = described(
  z.strictObject({
    region: text("Region in which the cell's data stays", "uaenorth"),
    metrics: described(
      z.strictObject({
        bucket,
        storageClass: text(
          "Storage class of Mimir's disk; the cluster's default where left out",
          "managed-csi-premium",
        ).optional(),
        diskSize: quantity(
          "Disk for the blocks of the last day and what is not uploaded yet, of each pod that keeps samples",
          "100Gi",
        ).default("50Gi"),
        topology: described(
          z.enum(BackendTopology).default("single"),
          "How Mimir runs: single (one process) or microservices (each part in pods of its own, three copies of every sample)",
          "microservices",
        ),
        profile: described(
          z.enum(MimirProfile).optional(),
          "Number of pods, with topology microservices: small (to a million series), medium (to 4) or large; the smallest with room where left out",
          "medium",
        ),
        replicas: described(
          z.strictObject(podsOfComponents).default({}),
          "Pods by component, instead of the profile's, with topology microservices",
          { querier: 4 },
        ),
        caches: described(
          z.boolean().default(false),
          "Whether queries and blocks are cached in memcached, with topology microservices: true or false",
          true,
        ),
        zones: described(
          z.array(name("A zone: value of the nodes' label topology.kubernetes.io/zone", "uaenorth-1")).default([]),
          "Zones of the cluster, each with one of the three copies, with topology microservices: a list of three, or none",
          ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
        ),
      }),
      "Where metrics are stored",
      {
        bucket: {
          provider: "s3",
          existing: { bucket: "metrics", region: "me-central-1", roleArn: "arn:aws:iam::123456789012:role/metrics" },
        },
      },
    ),
  }),
  "A complete set of backends and buckets in one region",
  { region: "uaenorth" },
);

const tenant = described(
  z.strictObject({
    displayName: text("What people call the tenant; may change, unlike its id", "Development").optional(),
    retentionDays: whole("Days for which its metrics are kept", [1, 3650], 90),
    minRetentionDays: whole(
      "Days below which `retentionDays` must not fall, where somebody relies on them",
      [1, 3650],
      30,
    ).optional(),
  }),
  "A tenant: who may see which data",
  { retentionDays: 90 },
);

/** Entry of the inventory: the one list from which the gateway's map, limits and labels are made. */
const edge = described(
  z.strictObject({
    tenant: name("Tenant into which the edge writes, one of `tenants`", "dev"),
    cell: name("Cell that stores its data, one of `cells`", "main").default("main"),
    environment: name("Environment; waves go by it, and it is the label `environment`", "dev"),
    region: text("Region of the cluster, the label `region`", "uaenorth"),
    clusterType: described(
      z.enum(["workload", "ops"]).default("workload"),
      "What the cluster is for, the label `cluster_type`: workload or ops",
      "workload",
    ),
    activeSeries: whole(
      "Series the edge sends at a time; limits and the edge's buffer come from it. Where left out, what a cluster of that size is expected to give",
      [1000, 100_000_000],
      200_000,
    ).optional(),
    nodes: whole("Nodes of the cluster; 10 where left out", [1, 10_000], 10).optional(),
    pods: whole("Pods of the cluster; 30 for each node where left out", [1, 1_000_000], 300).optional(),
    applicationSeries: whole(
      "Series of annotated pods and services and of monitors; 250 for each pod where left out",
      [0, 100_000_000],
      75_000,
    ).optional(),
    outage: duration("How long the hub may be away before the edge loses samples", "6h").default("6h"),
    keyGeneration: whole(
      "Which of the edge's keys is trusted; raise it at the edge too, to shut out a leaked one",
      [1, 10_000],
      1,
    ).default(1),
    revoked: described(z.boolean().default(false), "Whether the edge is shut out: true or false", true),
    request: described(
      z.string().includes("BEGIN CERTIFICATE REQUEST").optional(),
      "Certificate request of the edge (PEM), as its stack prints it; `npm run up` puts it here",
      "-----BEGIN CERTIFICATE REQUEST-----\n...\n-----END CERTIFICATE REQUEST-----\n",
    ),
    fromStack: text(
      "Stack from whose output `edge` the request is read, instead of `request`",
      "organization/heliograph/dev",
    ).optional(),
  }),
  "An edge cluster",
  { tenant: "dev", environment: "dev", region: "uaenorth" },
).transform((entry) => {
  const { activeSeries, size } = edgeSizing(entry);
  return { ...entry, activeSeries, ...size };
});

const alerting = described(
  z
    .strictObject({
      alertmanagers: described(
        z
          .array(
            described(
              z.string().regex(ALERTMANAGER),
              `An Alertmanager: ${ALERTMANAGER_EXPECTED}`,
              "http://alertmanager.monitoring:9093",
            ),
          )
          .default([]),
        "Alertmanagers that are told, each of every alert: a list of addresses",
        ["http://alertmanager.monitoring:9093"],
      ),
      deadMansSwitch: described(
        z.strictObject({ everySeconds: whole("Seconds between two calls", [10, 86_400], 60).default(60) }).optional(),
        "Calls the address in `heliograph:secrets` `deadMansSwitch` for as long as metrics arrive and alerts are evaluated; left out, nobody is called",
        { everySeconds: 60 },
      ),
    })
    .default({ alertmanagers: [] }),
  "Who is told when something is wrong",
  { deadMansSwitch: { everySeconds: 60 } },
);

export const hubSection = described(
  z.strictObject({
    gateway,
    cells: described(mapOf(cell), "Cells by name; `main` where there is one", { main: { region: "uaenorth" } }),
    tenants: described(mapOf(tenant), "Tenants by id; an id never changes", { dev: { retentionDays: 30 } }),
    edges: described(mapOf(edge), "Edges by name: the inventory", {
      dev: { tenant: "dev", environment: "dev", region: "uaenorth" },
    }),
    authority,
    certificates,
    alerting,
    additionalTrust: described(
      z.array(z.string().includes("BEGIN CERTIFICATE")).default([]),
      "CA certificates (PEM) of others, trusted beside the hub's own: a list",
      ["-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"],
    ),
    acceptStranding: accepted("cells.main.metrics.bucket"),
  }),
  "The hub of this stack",
  { gateway: { host: "ingest.ops.example.com" } },
);

export type HubSection = z.output<typeof hubSection>;
export type BucketSection = z.output<typeof bucket>;
