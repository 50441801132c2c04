/**
 * Proves: what a cloud would refuse, or what would lose data in it, is refused with the cloud's
 * rule in a whole message (test/config/messages/bucket-*.txt). Does not prove: that these are all
 * of the clouds' rules.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../src/config/parse";
import { EVERYTHING, LEAST } from "../components/storage/buckets";
import { hubSections, messageOf } from "./settings";

type Provider = keyof typeof LEAST;
type Values = Readonly<Record<string, unknown>>;

const EXISTING: Readonly<Record<Provider, Values>> = {
  azure: {
    storageAccount: "contoso",
    container: "metrics",
    clientId: "00000000-0000-0000-0000-000000000001",
  },
  gcs: { bucket: "contoso-metrics", serviceAccount: "hub@contoso-ops.iam.gserviceaccount.com" },
  s3: { bucket: "contoso-metrics", region: "me-central-1", podIdentity: true },
};

/** A hub whose metrics, and what else is given, are in these buckets. */
function hub(metrics: object, more: Readonly<Record<string, object>> = {}): void {
  const sections = hubSections();
  sections.hub["cells"] = { main: { region: "uaenorth", metrics: { bucket: metrics }, ...more } };
  parseSettings("ops", sections);
}

const create = (provider: Provider, change: Values) => () =>
  hub({ provider, create: { ...LEAST[provider], ...change } });
const existing = (provider: Provider, change: Values) => () =>
  hub({ provider, existing: { ...EXISTING[provider], ...change } });

const cases: Readonly<Record<string, () => void>> = {
  "neither-existing-nor-create": () => hub({ provider: "s3" }),
  "existing-and-create": () => hub({ provider: "gcs", existing: EXISTING.gcs, create: LEAST.gcs }),
  "fields-of-two-clouds": () => hub({ provider: "gcs", create: { ...LEAST.gcs, ...LEAST.azure } }),
  "without-its-project": () =>
    hub({ provider: "gcs", create: { bucket: "contoso-metrics", region: "me-central1" } }),
  "s3-name-too-short": create("s3", { bucket: "hg" }),
  "s3-name-with-an-underscore": create("s3", { bucket: "contoso_metrics" }),
  "s3-name-that-ends-with-a-dash": create("s3", { bucket: "contoso-metrics-" }),
  "s3-name-with-two-dots": create("s3", { bucket: "contoso..metrics" }),
  "s3-name-that-is-an-address": create("s3", { bucket: "10.20.30.40" }),
  "s3-name-with-a-reserved-prefix": create("s3", { bucket: "sthree-metrics" }),
  "s3-name-with-a-reserved-suffix": create("s3", { bucket: "metrics-s3alias" }),
  "s3-region-of-google": existing("s3", { region: "me-central1" }),
  "s3-without-an-identity": existing("s3", { podIdentity: false }),
  "s3-with-two-identities": create("s3", { eksCluster: "ops" }),
  "s3-role-that-is-a-name": existing("s3", { podIdentity: false, roleArn: "heliograph-metrics" }),
  "s3-issuer-instead-of-its-arn": create("s3", {
    oidcProviderArn: "https://oidc.eks.me-central-1.amazonaws.com/id/A",
  }),
  "s3-key-in-another-region": create("s3", {
    key: EVERYTHING.s3.key.replace("me-central-1", "eu-west-1"),
  }),
  "s3-class-that-has-to-be-thawed": create("s3", { coldAfterDays: 90, coldClass: "DEEP_ARCHIVE" }),
  "s3-colder-too-early": create("s3", { coldAfterDays: 7 }),
  "gcs-name-too-long": create("gcs", { bucket: `contoso-${"m".repeat(60)}` }),
  "gcs-name-with-upper-case": existing("gcs", { bucket: "Contoso-Metrics" }),
  "gcs-name-with-a-reserved-prefix": create("gcs", { bucket: "goog-metrics" }),
  "gcs-name-that-looks-like-google": create("gcs", { bucket: "contoso-g00gle-metrics" }),
  "gcs-region-of-amazon": create("gcs", { region: "me-central-1" }),
  "gcs-project-that-is-a-title": create("gcs", { project: "Contoso Ops" }),
  "gcs-key-that-is-a-name": create("gcs", { key: "metrics" }),
  "azure-account-too-long": create("azure", { storageAccount: "contosoheliographmetricsuae" }),
  "azure-account-with-a-dash": existing("azure", { storageAccount: "contoso-metrics" }),
  "azure-account-that-is-reserved": create("azure", { storageAccount: "sharepoint" }),
  "azure-account-with-a-trademark": create("azure", { storageAccount: "windowsmetrics" }),
  "azure-container-with-two-dashes": existing("azure", { container: "metrics--uae" }),
  "azure-container-of-the-system": create("azure", { container: "$logs" }),
  "azure-region-by-its-title": create("azure", { region: "UAE North" }),
  "azure-client-id-that-is-a-name": existing("azure", { clientId: "heliograph" }),
  "azure-redundancy-unknown": create("azure", { redundancy: "Standard_ZRS" }),
  "azure-key-without-its-identity": create("azure", { key: EVERYTHING.azure.key }),
  "azure-zone-without-a-subnet": create("azure", {
    privateDnsZone: EVERYTHING.azure.privateDnsZone,
  }),
  "azure-archive": create("azure", { coldAfterDays: 90, coldClass: "Archive" }),
  "outside-of-the-cells-region": create("azure", { region: "westeurope" }),
  "amazons-endpoint-outside-of-the-cells-region": () => {
    const sections = hubSections();
    const endpoint = "s3.us-east-1.amazonaws.com";
    const bucket = {
      provider: "s3-compatible",
      bucket: "contoso-metrics",
      endpoint,
      credentials: "aws",
    };
    sections.hub["cells"] = { main: { region: "eu-central-1", metrics: { bucket } } };
    parseSettings("ops", sections);
  },
  "of-cells-in-two-regions": () => {
    const sections = hubSections();
    const bucket = { provider: "gcs", existing: EXISTING.gcs };
    sections.hub["cells"] = {
      main: { region: "me-central1", metrics: { bucket: { ...bucket, prefix: "main" } } },
      eu: { region: "europe-west3", metrics: { bucket: { ...bucket, prefix: "eu" } } },
    };
    parseSettings("ops", sections);
  },
  "there-but-outside-of-the-cells-region": existing("azure", { region: "westeurope" }),
  "expires-before-the-longest-retention": create("azure", { expireAfterDays: 90 }),
  "colder-after-it-expired": create("gcs", { coldAfterDays: 500, expireAfterDays: 400 }),
  "class-without-its-days": create("gcs", { coldClass: "ARCHIVE" }),
  "gcs-labels-with-upper-case": create("gcs", { tags: { Team: "SRE" } }),
  "s3-tag-of-amazon": create("s3", { tags: { "aws:team": "sre" } }),
  "azure-tag-with-a-slash": create("azure", { tags: { "contoso/team": "sre" } }),
  "recovery-of-years": create("s3", { recoveryDays: 1000 }),
  "two-makers-of-one-account": () =>
    hub(
      { provider: "azure", create: LEAST.azure },
      {
        traces: { bucket: { provider: "azure", create: { ...LEAST.azure, container: "traces" } } },
      },
    ),
  "two-makers-of-one-bucket": () =>
    hub(
      { provider: "s3", prefix: "metrics", create: LEAST.s3 },
      { traces: { bucket: { provider: "s3", prefix: "traces", create: LEAST.s3 } } },
    ),
  "compatible-endpoint-with-a-scheme": () =>
    hub({
      provider: "s3-compatible",
      bucket: "metrics",
      endpoint: "http://minio:9000",
      credentials: "lab",
    }),
};

describe("a bucket that a cloud would refuse, or that would lose data, is refused", () => {
  test.each(Object.entries(cases))("%s", async (name, attempt) => {
    await expect(messageOf(attempt)).toMatchFileSnapshot(
      join(__dirname, "messages", `bucket-${name}.txt`),
    );
  });

  test("at least 25 of them", () => expect(Object.keys(cases).length).toBeGreaterThanOrEqual(25));

  test("and good ones pass", () => {
    for (const provider of Object.keys(LEAST) as Provider[]) {
      create(provider, {})();
      hub({ provider, create: EVERYTHING[provider] });
      existing(provider, {})();
    }
  });
});
