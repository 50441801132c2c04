import type { ObjectStoreProvider } from "./args";
import type { ObjectStoreConnection } from "./connection";

/** A location whose values are all known; which of them are there depends on the provider, and was checked. */
export interface KnownLocation {
  bucket?: string;
  storageAccount?: string;
  container?: string;
  clientId?: string;
  serviceAccount?: string;
  roleArn?: string;
  region?: string;
  endpoint?: string;
  insecure?: boolean;
}

export const DEFAULT_REGION = "us-east-1";
const NOTHING: Omit<ObjectStoreConnection, "protocol" | "bucket"> = {
  prefix: "",
  endpoint: "",
  region: "",
  insecure: false,
  pathStyle: false,
  storageAccount: "",
  credentialsSecret: "",
  accessKeyIdKey: "",
  secretAccessKeyKey: "",
  serviceAccountAnnotations: {},
  podLabels: {},
};

/** What backends get to know. `credentials` names the Secret with static keys, where there is one. */
export function connectionOf(
  provider: ObjectStoreProvider,
  location: KnownLocation,
  credentials:
    | Pick<ObjectStoreConnection, "credentialsSecret" | "accessKeyIdKey" | "secretAccessKeyKey">
    | undefined,
): ObjectStoreConnection {
  const { bucket = "", region = "" } = location;
  switch (provider) {
    case "azure":
      return {
        ...NOTHING,
        protocol: "azure",
        bucket: location.container ?? "",
        endpoint: azuresBlobs(region),
        storageAccount: location.storageAccount ?? "",
        serviceAccountAnnotations: { "azure.workload.identity/client-id": location.clientId ?? "" },
        podLabels: { "azure.workload.identity/use": "true" },
      };
    case "gcs":
      return {
        ...NOTHING,
        protocol: "gcs",
        bucket,
        serviceAccountAnnotations: {
          "iam.gke.io/gcp-service-account": location.serviceAccount ?? "",
        },
      };
    case "s3":
      return {
        ...NOTHING,
        protocol: "s3",
        bucket,
        region,
        endpoint: `s3.${region}.${amazonsDomain(region)}`,
        // With EKS Pod Identity the association names the service account, which need not know.
        ...(location.roleArn && {
          serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": location.roleArn },
        }),
      };
    case "s3-compatible":
      return {
        ...NOTHING,
        protocol: "s3",
        bucket,
        region: region || DEFAULT_REGION,
        endpoint: location.endpoint ?? "",
        insecure: location.insecure ?? false,
        pathStyle: true,
        ...credentials,
      };
  }
}

/** The domain of storage accounts, which differs in Azure's sovereign clouds. */
function azuresBlobs(region: string): string {
  if (region.startsWith("china")) return "blob.core.chinacloudapi.cn";
  return /^us(gov|dod)/.test(region) ? "blob.core.usgovcloudapi.net" : "blob.core.windows.net";
}

/** The domain of a region's services. */
function amazonsDomain(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}
