import { z } from "zod";
import { NAMESPACE } from "./notation";
import { secretsSchema, settingsSchema } from "./schema";

/** JSON Schema of a stack file, for editors: the first line of each stack file points at it. */
export function stackConfigJsonSchema(): object {
  const settings = z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" });
  const secrets = z.toJSONSchema(secretsSchema, { io: "input", target: "draft-7" });
  const sections = { ...settings.properties, secrets: withSecure(secrets) };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Heliograph stack",
    type: "object",
    properties: {
      secretsprovider: { type: "string" },
      encryptionsalt: { type: "string" },
      encryptedkey: { type: "string" },
      config: {
        type: "object",
        required: (settings.required ?? []).map((section) => `${NAMESPACE}:${section}`),
        properties: Object.fromEntries(
          Object.entries(sections).map(([key, schema]) => [`${NAMESPACE}:${key}`, schema]),
        ),
        // Providers have keys of their own; ours are all known.
        propertyNames: {
          not: { pattern: `^${NAMESPACE}:(?!(${Object.keys(sections).join("|")})$)` },
        },
      },
    },
  };
}

const SECURE = {
  type: "object",
  required: ["secure"],
  properties: { secure: { type: "string" } },
  additionalProperties: false,
};

/** Every text of the secret section is, in the file, `secure: <ciphertext>`. */
function withSecure(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSecure);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withSecure(value)]),
  );
  return copy["type"] === "string" && copy["minLength"] === 1 ? { oneOf: [copy, SECURE] } : copy;
}
