import { z } from "zod";
import {
  CALLED_URL,
  CALLED_URL_EXPECTED,
  described,
  mapOf,
  text,
} from "@heliograph/heliograph/model";
import { receiverSecrets } from "./alerting-schema";
import { edgeSection } from "./edge-schema";
import { grafanaSecrets } from "./grafana-schema";
import { hubSection } from "./hub-schema";

const cluster = described(
  z.strictObject({
    context: text("Context of the cluster in the kubeconfig (KUBECONFIG)", "dev"),
  }),
  "The cluster of this stack",
  { context: "dev" },
);

const images = described(
  z
    .strictObject({
      registry: text(
        "Registry that mirrors all upstream registries. Defaults to the upstream registries.",
        "registry.example.com/mirror",
      ).optional(),
      overrides: described(
        z.record(z.string(), z.string()).default({}),
        "Complete image references by image name (a key of components/versions.json). " +
          "An override wins over `registry`.",
        { prometheus: "registry.example.com/prometheus:v3.15.0" },
      ),
    })
    .default({ overrides: {} }),
  "Registry and overrides of images",
  { registry: "registry.example.com/mirror" },
);

/** Everything but the secrets: what `render` and an editor can see. */
export const settingsSchema = z
  .strictObject({ cluster, images, hub: hubSection.optional(), edge: edgeSection.optional() })
  .meta({ description: "Configuration of a stack" });

export type Settings = z.output<typeof settingsSchema>;

/**
 * The one section that is secret as a whole: `pulumi config set --secret --path
 * 'heliograph:secrets.objectStores.<name>.secretAccessKey'`.
 */
export const secretsSchema = z.strictObject({
  objectStores: described(
    mapOf(
      described(
        z.strictObject({
          accessKeyId: text("Access key id of the object store", "AKIAEXAMPLE"),
          secretAccessKey: text("Secret access key of the object store", "..."),
        }),
        "Keys of an object store",
        { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "..." },
      ),
    ).default({}),
    "Keys of object stores by name. The key `credentials` of a bucket refers to a name.",
    { lab: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "..." } },
  ),
  redis: described(
    mapOf(text("Password of a Redis", "...")).default({}),
    "Passwords of Redis by name. The key `password` of a `redis` refers to a name.",
    { main: "..." },
  ),
  deadMansSwitch: described(
    z
      .strictObject({
        url: described(
          z.string().min(1).regex(CALLED_URL),
          "Address to call with GET",
          "https://...",
          CALLED_URL_EXPECTED,
        ),
      })
      .optional(),
    "The address that the dead man's switch calls",
    { url: "https://..." },
  ),
  receivers: receiverSecrets,
  grafana: grafanaSecrets.optional(),
});

export type Secrets = z.output<typeof secretsSchema>;
