import * as pulumi from "@pulumi/pulumi";
import { mapValues, type ReceiverKind } from "@heliograph/heliograph/model";
import type { GrafanaSecrets } from "./grafana-schema";
import { parseSecrets, parseSettings, sectionsOf } from "./parse";
import type { Secrets, Settings } from "./schema";

export interface Configuration {
  readonly settings: Settings;
  /** Keys of object stores, each value a secret. */
  readonly objectStores: Readonly<Record<string, pulumi.Output<Secrets["objectStores"][string]>>>;
  /** Passwords of Redis, each a secret. */
  readonly redis: Readonly<Record<string, pulumi.Output<string>>>;
  /** What the dead man's switch calls, a secret. */
  readonly deadMansSwitchUrl?: pulumi.Output<string>;
  /** Secrets of receivers, by receiver and kind. */
  readonly receivers: Readonly<
    Record<string, Readonly<Partial<Record<ReceiverKind, pulumi.Output<string>>>>>
  >;
  /** Passwords of Grafana, each a secret. */
  readonly grafana: Readonly<Partial<Record<keyof GrafanaSecrets, pulumi.Output<string>>>>;
}

/** The only place that reads Pulumi's configuration. */
export function loadConfiguration(): Configuration {
  const stack = pulumi.getStack();
  const { settings: sections, secrets } = sectionsOf(decoded(pulumi.runtime.allConfig()));
  const settings = parseSettings(stack, sections);
  const {
    objectStores,
    redis,
    deadMansSwitch,
    receivers,
    grafana = {},
  } = parseSecrets(stack, settings, secrets);
  return {
    settings,
    objectStores: Object.fromEntries(
      Object.entries(objectStores).map(([name, keys]) => [name, pulumi.secret(keys)]),
    ),
    redis: secretsOf(redis),
    deadMansSwitchUrl: deadMansSwitch && pulumi.secret(deadMansSwitch.url),
    receivers: mapValues(receivers, secretsOf),
    grafana: secretsOf(grafana),
  };
}

function secretsOf(texts: Readonly<Record<string, string>>): Record<string, pulumi.Output<string>> {
  return mapValues(texts, (text) => pulumi.secret(text));
}

/** The engine passes every value as text, and structured ones as JSON. */
function decoded(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  );
}
