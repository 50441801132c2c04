/** Writes generated files; with --check it writes nothing, and fails where one is out of date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  backendAnswers,
  backendsOf,
  clients,
  type Cloud,
  CLOUDS,
  DEPLOYER_PERMISSIONS,
  gatewayAnswers,
  ingestLocations,
  SIGNALS,
} from "@heliograph/heliograph/model";
import { projectJsonSchema, stackConfigJsonSchema } from "../src/config/json-schema";
import { glossary } from "./words/glossary";
import { dashboardsPage } from "./reference/dashboards";
import { componentsReference } from "./reference/components";
import { readme } from "./reference/readme";
import { type Schema, stackFileReference } from "./reference/stack-file";

const root = resolve(__dirname, "..");
const generated: Readonly<Record<string, () => string>> = {
  "README.md": readme,
  "docs/glossary.md": glossary,
  "docs/reference/stack-file.md": () =>
    stackFileReference(stackConfigJsonSchema() as Schema, projectJsonSchema() as Schema),
  "docs/reference/components.md": () =>
    componentsReference(resolve(root, "components"), backendNames()),
  "schemas/stack-config.json": () => `${JSON.stringify(stackConfigJsonSchema(), null, 2)}\n`,
  "schemas/project.json": () => `${JSON.stringify(projectJsonSchema(), null, 2)}\n`,
  "docs/gateway-answers.md": gatewayAnswersPage,
  "docs/object-store-permissions.md": objectStorePermissions,
  "docs/dashboards.md": dashboardsPage,
};

function backendNames(): Record<string, string[]> {
  return Object.fromEntries(
    SIGNALS.map((signal) => [signal, backendsOf(signal).map(({ name }) => name)]),
  );
}

const check = process.argv.includes("--check");
let stale = 0;
for (const [file, make] of Object.entries(generated)) {
  const path = resolve(root, file);
  const content = make();
  if (check && (!existsSync(path) || readFileSync(path, "utf8") !== content)) {
    stale += 1;
    console.error(`${file} is out of date. Run: npm run generate`);
  }
  if (!check) writeFileSync(path, content);
}
process.exitCode = stale > 0 ? 1 : 0;

/**
 * What the gateway answers: the data that NGINX's configuration is made from, and that tests hold
 * against the real one, as people read it.
 */
function gatewayAnswersPage(): string {
  const locations = ingestLocations();
  return [
    "# What the gateway answers",
    "",
    "This page lists the paths of the gateway, and every status that it answers. It is generated from",
    "`components/hub/gateway`. After some statuses clients drop their data, and after others they keep",
    "it. The gateway answers 503, after which all clients keep their data, if somebody can still save",
    "the data: [decision 16](decisions/0016-503-for-whatever-can-be-fixed.md) says why.",
    "",
    "The gateway takes data at these paths. Each request is a POST with a client certificate, which",
    "alone decides the tenant:",
    "",
    ...table(
      ["path", "signal", "protocol", "goes to", "largest body"],
      locations.map(({ path, signal, protocol, takenBy, maxBodyBytes }) => [
        `\`${path}\``,
        signal,
        protocol,
        takenBy.map(({ backend }) => backend.title).join(", "),
        `${maxBodyBytes / 2 ** 20} MiB`,
      ]),
    ),
    "",
    "This is what clients do with an answer that is not 2xx:",
    "",
    ...table(
      ["protocol", "client", "keeps, and sends again", "drops"],
      clients(locations).map(({ protocol, client, keeps, drops }) => [
        protocol,
        client,
        keeps,
        drops,
      ]),
    ),
    "",
    "The gateway itself gives these answers, on every path:",
    "",
    ...table(
      ["status", "when", "why no client loses data"],
      gatewayAnswers(locations).map(({ status, when, whyNothingIsLost }) => [
        status,
        when,
        whyNothingIsLost,
      ]),
    ),
    "",
    "The gateway passes on the answers of backends in this way:",
    "",
    ...table(
      ["from", "protocol", "answer", "the client gets", "when", "why no client loses data"],
      backendAnswers(locations).map(
        ({ from, protocols, status, becomes, when, whyNothingIsLost }) => [
          from.join(", "),
          protocols.join(", "),
          status,
          becomes,
          when,
          whyNothingIsLost,
        ],
      ),
    ),
    "",
  ].join("\n");
}

/**
 * What clouds have to allow: the data that roles are made from, and a list that a test holds
 * against what is made.
 */
function objectStorePermissions(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  return [
    "# Permissions for object stores",
    "",
    "This page lists the permissions that pods need on their buckets, and those that you need to create",
    "buckets. It is generated from `permissions.ts` in each folder of `components/storage`; the",
    "identities of pods are created from the same lists. [Object stores](object-stores.md) describes",
    "how buckets are configured.",
    "",
    "## What pods need",
    "",
    ...table(
      ["cloud", "on", "what"],
      Object.values<Cloud>(CLOUDS).flatMap(({ provider, podPermissions = [] }) =>
        podPermissions.map(({ on, permissions }) => [`\`${provider}\``, on, code(permissions)]),
      ),
    ),
    "",
    "## What you need to create buckets",
    "",
    "These permissions create, read, change and delete the resources of `create`. `existing` needs none.",
    "",
    ...table(
      ["resource", "permissions"],
      Object.entries(DEPLOYER_PERMISSIONS).map(([type, permissions]) => [
        `\`${type}\``,
        code(permissions),
      ]),
    ),
    "",
  ].join("\n");
}

function table(columns: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)];
}
