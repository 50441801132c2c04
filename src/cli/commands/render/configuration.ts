import {
  edgeAlerting,
  type HubContract,
  mapValues,
  RECEIVER_KINDS,
} from "@heliograph/heliograph/model";
import { hasStaticKeys } from "../../../config/bucket-schema";
import { needsSecret } from "../../../config/alerting-check";
import { redisPasswords } from "../../../config/cell-check";
import { neededPasswords } from "../../../config/grafana-check";
import { parseSettings, sectionsOf } from "../../../config/parse";
import type { HubSection } from "../../../config/hub-schema";
import type { Settings } from "../../../config/schema";
import { bucketsOf } from "../../../config/stores";
import { edgeTells } from "../../../stacks/edge-alerting";
import { placeholderRequest } from "./placeholders";

type Config = Readonly<Record<string, unknown>>;

const SECRETS = "heliograph:secrets";
const HUB = "heliograph:hub";
/** An address, because one of the secrets has to be one. */
const PLACEHOLDER = "https://placeholder";

/**
 * A stack's configuration with which its program can run without keys: encrypted values become
 * placeholders. With `connected`, every edge that still waits for its certificate gets a request,
 * so that what is rendered is what will be there once it is signed.
 *
 * @param contract Of the hub of an edge, whose receivers it may tell.
 */
export async function renderConfig(
  stack: string,
  config: Config,
  connected: boolean,
  contract?: HubContract,
): Promise<Record<string, string>> {
  const settings = parseSettings(stack, sectionsOf(config).settings);
  const withSecrets = {
    ...config,
    ...(isEncrypted(config[SECRETS]) && { [SECRETS]: placeholderSecrets(settings, contract) }),
  };
  const hub = settings.hub && {
    ...(config[HUB] as object),
    edges: await entries(settings, config, connected),
  };
  return asEngineGives(withoutEncrypted({ ...withSecrets, ...(hub && { [HUB]: hub }) }) as Config);
}

/**
 * Entries of the inventory as written. `fromStack` needs a stack that has been brought up, and here
 * there is none.
 */
async function entries({ hub, edge: own }: Settings, config: Config, connected: boolean) {
  const written = (config[HUB] as { edges?: Record<string, object> }).edges ?? {};
  const read = Object.entries(hub?.edges ?? {}).map(async ([name, entry]) => {
    const rest = Object.fromEntries(
      Object.entries(written[name] ?? {}).filter(([key]) => key !== "fromStack"),
    );
    const waits = !entry.request && name !== own?.name && !entry.revoked;
    const identity = {
      name,
      keyGeneration: entry.keyGeneration,
      queried: entry.query !== undefined,
    };
    const request = connected && waits && (await placeholderRequest(identity));
    return [name, request ? { ...rest, request } : rest] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Edges of a hub that are rendered as if they had been signed. */
export function waitingEdges(hub: HubSection, own: string | undefined): string[] {
  return Object.entries(hub.edges)
    .filter(
      ([name, { request, fromStack, revoked }]) =>
        !request && !fromStack && !revoked && name !== own,
    )
    .map(([name]) => name);
}

/**
 * Where the section is encrypted as a whole, its keys are unknown too: the ones that the settings
 * name stand in for them.
 */
function placeholderSecrets(settings: Settings, contract: HubContract | undefined): object {
  const { hub, edge } = settings;
  const names = bucketsOf(settings).flatMap(({ bucket }) =>
    hasStaticKeys(bucket) ? [bucket.credentials] : [],
  );
  const passwords = neededPasswords(hub).map((name) => [name, PLACEHOLDER]);
  const told = contract && edge && edgeTells(edge, edgeAlerting(contract, edge.name));
  const receivers = mapValues(told?.receivers ?? hub?.alerting.receivers ?? {}, (receiver) => {
    const needed = RECEIVER_KINDS.filter((kind) => needsSecret(receiver, kind));
    return Object.fromEntries(needed.map((kind) => [kind, PLACEHOLDER]));
  });
  const keys = { accessKeyId: PLACEHOLDER, secretAccessKey: PLACEHOLDER };
  return {
    objectStores: Object.fromEntries(names.map((name) => [name, keys])),
    redis: Object.fromEntries(redisPasswords(settings).map(({ name }) => [name, PLACEHOLDER])),
    ...(hub?.alerting.deadMansSwitch && { deadMansSwitch: { url: PLACEHOLDER } }),
    receivers,
    ...(passwords.length > 0 && { grafana: Object.fromEntries(passwords) }),
  };
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function withoutEncrypted(value: unknown): unknown {
  if (isEncrypted(value)) return PLACEHOLDER;
  if (Array.isArray(value)) return value.map(withoutEncrypted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutEncrypted(inner)]),
  );
}

function asEngineGives(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}
