import { z } from "zod";
import { EXPECTED, RENAMED } from "@heliograph/heliograph/model";
import { EDGE_DEFAULTS, NOT_SHARED } from "./edge-defaults";
import { NAMESPACE } from "./notation";
import { secretsSchema, settingsSchema } from "./schema";

const OPTIONS = {
  io: "input",
  target: "draft-7",
  override: ({ jsonSchema }) => {
    // For messages alone.
    delete jsonSchema[RENAMED];
    const { [EXPECTED]: expected, ...schema } = jsonSchema;
    delete jsonSchema[EXPECTED];
    if (typeof expected === "string" && schema.type === "string" && !schema.enum)
      jsonSchema.description = `${sentence(schema.description ?? "")} Must be ${sentence(expected)}`;
  },
} satisfies Parameters<typeof z.toJSONSchema>[1];

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

/** JSON Schema of a stack file, for editors: the first line of each stack file points at it. */
export function stackConfigJsonSchema(): object {
  const settings = z.toJSONSchema(settingsSchema, OPTIONS);
  const secrets = z.toJSONSchema(secretsSchema, OPTIONS);
  const properties = settings.properties ?? {};
  const sections = {
    ...properties,
    edge: { ...(partial(properties["edge"]) as object), required: ["name"] },
    secrets: withSecure(secrets),
  };
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

/** JSON Schema of Pulumi.yaml, as far as the settings that all edges share are concerned. */
export function projectJsonSchema(): object {
  const settings = z.toJSONSchema(settingsSchema, OPTIONS);
  const { properties, ...edge } = partial(settings.properties?.["edge"]) as {
    properties: Record<string, unknown>;
  };
  const shared = Object.fromEntries(
    Object.entries(properties).filter(([key]) => !NOT_SHARED.includes(key)),
  );
  const value = {
    ...edge,
    description: "Settings that all edges share. The section `edge` of a stack takes precedence.",
    properties: shared,
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Heliograph project",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          [`${NAMESPACE}:${EDGE_DEFAULTS}`]: {
            type: "object",
            required: ["value"],
            properties: { value },
            additionalProperties: false,
          },
        },
      },
    },
  };
}

/** A section of which another file holds the rest: no key is required, except within a list. */
function partial(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(partial);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== "required" || !Array.isArray(value))
      .map(([key, value]) => [
        key === "oneOf" ? "anyOf" : key,
        key === "items" ? value : partial(value),
      ]),
  );
}

const SECURE = {
  type: "object",
  required: ["secure"],
  properties: {
    secure: {
      type: "string",
      description: "Ciphertext, as `pulumi config set --secret` writes it.",
    },
  },
  additionalProperties: false,
};

/** Every text of the secret section is, in the file, `secure: <ciphertext>`. */
function withSecure(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSecure);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withSecure(value)]),
  );
  if (copy["type"] !== "string" || copy["minLength"] !== 1) return copy;
  const { description, ...plain } = copy;
  return { description, oneOf: [plain, SECURE] };
}
