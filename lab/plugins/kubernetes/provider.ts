/** The stand-in for the official `kubernetes` plugin: any kind of object, by server-side apply. */
import { changesBetween } from "../rpc/diff";
import { InitFailed } from "../rpc/init-error";
import type * as rpc from "../rpc/provider";
import type { Engine } from "../rpc/serve";
import { hasUnknown, reveal } from "../rpc/values";
import type { PropertyMap } from "../rpc/values";
import { currentProblems, NotReady, waitUntilGone, waitUntilReady } from "./await/wait";
import type { WaitOptions } from "./await/wait";
import { ApiError, Client, Unreachable } from "./client";
import { annotations, annotationsOf, checkInputs, fromObject, normalize, toObject } from "./inputs";
import { inputsFromLive, metadataOf, parseType, unsupportedType, withMetadata } from "./inputs";
import { withName } from "./naming";
import { describe, idOf, parseId } from "./objects";
import type { KubernetesObject } from "./objects";
import { replacementRule } from "./replace";
import { checkSettings, parseSettings, replacingSettings } from "./settings";
import { markSecrets, previewState, projectDrift } from "./state";

const defaultTimeoutSeconds = 600;

/** Kinds that the official plugin does not wait for on deletion either, if told to skip waiting. */
const skipAwaitOnDelete = new Set([
  "Namespace",
  "Pod",
  "DaemonSet",
  "Deployment",
  "StatefulSet",
  "Job",
]);

export class KubernetesProvider implements rpc.ResourceProvider {
  readonly version = "4.34.2";
  private settings = parseSettings({});
  private defaultNamespace = "default";
  private client: Client | undefined;
  /** Why there is no client, told when one is needed. */
  private unconfigured = "The provider is not configured.";
  private readonly cancellation = new AbortController();

  constructor(private readonly engine: Engine) {}

  refuse(what: string): string {
    return (
      `This stand-in for the official Pulumi plugin "kubernetes" does not support ${what}. ` +
      `Install the official plugin for that: pulumi plugin install resource kubernetes v${this.version}`
    );
  }

  checkConfig(news: PropertyMap): rpc.Failure[] {
    return checkSettings(news, (what) => this.refuse(what));
  }

  configReplaces(olds: PropertyMap, news: PropertyMap): Promise<string[]> {
    return replacingSettings(olds, news);
  }

  async configure(properties: PropertyMap): Promise<void> {
    this.settings = parseSettings(properties);
    try {
      const { loadKubeconfig } = await import("./kubeconfig.js");
      const config = loadKubeconfig(this.settings);
      const ofContext = config.getContextObject(config.getCurrentContext())?.namespace;
      this.defaultNamespace = this.settings.namespace || ofContext || "default";
      this.client = new Client(config);
    } catch (error) {
      // A preview works without a cluster; an update says this.
      this.unconfigured = error instanceof Error ? error.message : String(error);
    }
  }

  async check(request: rpc.CheckRequest): Promise<rpc.Checked> {
    const unsupported = unsupportedType(request.type, request.news);
    if (unsupported)
      return {
        inputs: request.news,
        failures: [{ property: "", reason: this.refuse(unsupported) }],
      };
    const named = withName(normalize(request.news), request);
    const failures = [...named.failures, ...checkInputs(named.inputs, (what) => this.refuse(what))];
    if (failures.length > 0) return { inputs: named.inputs, failures };
    const inputs = await this.withNamespace(named.inputs, request.olds);
    return { inputs: markSecrets(inputs, inputs), failures };
  }

  diff({ oldInputs, inputs }: rpc.DiffRequest): rpc.Diff {
    const rule = replacementRule(reveal(inputs), reveal(oldInputs), this.settings);
    const changes = changesBetween(oldInputs, inputs, rule);
    const [before, after] = [metadataOf(reveal(oldInputs)), metadataOf(reveal(inputs))];
    const sameName = before["name"] === after["name"] && before["namespace"] === after["namespace"];
    const generated = annotationsOf(reveal(inputs))[annotations.autonamed] === "true";
    // Two objects of one name cannot be there at once; a generated name is made anew.
    return {
      changes,
      deleteBeforeReplace: sameName && !generated && changes.some((change) => change.replace),
    };
  }

  async create(request: rpc.ChangeRequest): Promise<rpc.Recorded> {
    if (request.preview) return { id: "", state: await this.preview(request, true) };
    const client = this.connected();
    const object = toObject(reveal(request.inputs));
    if (!this.settings.upsertExistingObjects && (await client.get(object))) {
      throw new Error(
        `${describe(object)} exists already, but not in the state of this stack. Import it (pulumi import), ` +
          `or let the provider take over what exists (upsertExistingObjects, PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true).`,
      );
    }
    const applied = await this.apply(client, object, request.urn);
    return { id: idOf(applied), state: await this.settle(applied, request) };
  }

  async update(request: rpc.UpdateRequest): Promise<PropertyMap> {
    if (request.preview) return this.preview(request, false);
    const applied = await this.apply(
      this.connected(),
      toObject(reveal(request.inputs)),
      request.urn,
    );
    return this.settle(applied, request);
  }

  async read({ id, type, inputs, state }: rpc.ReadRequest): Promise<rpc.Found | undefined> {
    const client = this.connected();
    const imported = Object.keys(inputs).length === 0;
    const { apiVersion, kind } = imported ? parseType(type) : toObject(reveal(inputs));
    const live = await client.get({ apiVersion, kind, metadata: parseId(id) });
    if (!live) return undefined;
    const outputs = fromObject(live);
    const current = imported
      ? markSecrets(inputsFromLive(outputs), {})
      : markSecrets(projectDrift(inputs, state, outputs), inputs);
    const found = { id, state: markSecrets(outputs, current), inputs: current };
    const problems = imported || skipsAwait(inputs) ? [] : await currentProblems(live, client);
    if (problems.length > 0) {
      throw new InitFailed(`${describe(live)} is not ready`, problems, id, found.state, current);
    }
    return found;
  }

  async delete(request: rpc.DeleteRequest): Promise<void> {
    const client = this.connected();
    const object = toObject(reveal(request.state));
    const annotated = reveal(annotationsOf(request.state))[annotations.deletionPropagationPolicy];
    const policy = String(annotated ?? "foreground");
    await client.delete(object, policy.charAt(0).toUpperCase() + policy.slice(1).toLowerCase());
    if (skipsAwait(request.state) && skipAwaitOnDelete.has(object.kind)) return;
    await waitUntilGone(
      object,
      client,
      this.waitOptions(request.urn, request.timeoutSeconds, request.state),
    );
  }

  cancel(): void {
    this.cancellation.abort();
  }

  private connected(): Client {
    if (!this.client) throw new Unreachable(this.unconfigured);
    return this.client;
  }

  /** What the API server would make of the inputs, where it can be asked; the inputs otherwise. */
  private async preview(
    { inputs, urn }: rpc.ChangeRequest,
    creation: boolean,
  ): Promise<PropertyMap> {
    if (hasUnknown(inputs) || !this.client) return inputs;
    const object = toObject(reveal(inputs));
    try {
      // An object that will be replaced is still there: a dry run would be of an update, which it
      // cannot be.
      if (creation && (await this.client.get(object))) return inputs;
      const dry = await this.client.apply(object, {
        fieldManager: fieldManagerOf(urn),
        dryRun: true,
      });
      return previewState(markSecrets(fromObject(dry), inputs), inputs, creation);
    } catch (error) {
      if (cannotBePreviewed(error)) return inputs;
      throw refusedBy(object, error);
    }
  }

  private async apply(
    client: Client,
    object: KubernetesObject,
    urn: string,
  ): Promise<KubernetesObject> {
    try {
      return await client.apply(object, { fieldManager: fieldManagerOf(urn) });
    } catch (error) {
      throw refusedBy(object, error);
    }
  }

  /** Waits, and whatever happens meanwhile: the object exists, so it has to be recorded. */
  private async settle(
    applied: KubernetesObject,
    request: rpc.ChangeRequest,
  ): Promise<PropertyMap> {
    const { inputs, urn, timeoutSeconds } = request;
    const record = (object: KubernetesObject) => markSecrets(fromObject(object), inputs);
    if (skipsAwait(inputs)) return record(applied);
    const options = this.waitOptions(urn, timeoutSeconds, inputs);
    try {
      return record(await waitUntilReady(applied, this.connected(), options));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const seen = error instanceof NotReady ? error.object : applied;
      throw new InitFailed(message, [message], idOf(applied), record(seen));
    }
  }

  private waitOptions(urn: string, timeoutSeconds: number, properties: PropertyMap): WaitOptions {
    const annotated = Number(reveal(annotationsOf(properties))[annotations.timeoutSeconds]);
    return {
      timeoutSeconds: timeoutSeconds || annotated || defaultTimeoutSeconds,
      signal: this.cancellation.signal,
      report: (message) => this.engine.status(message, urn),
    };
  }

  /** Namespaced objects always say where they are, so that a diff compares like with like. */
  private async withNamespace(inputs: PropertyMap, olds: PropertyMap): Promise<PropertyMap> {
    if (metadataOf(inputs)["namespace"] !== undefined) return inputs;
    try {
      const resource = await this.connected().resourceOf(
        String(inputs["apiVersion"]),
        String(inputs["kind"]),
      );
      // A kind that is not defined yet is taken for a namespaced one, as most are.
      const namespaced = resource?.namespaced ?? true;
      return namespaced ? withMetadata(inputs, { namespace: this.defaultNamespace }) : inputs;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const recorded = metadataOf(olds)["namespace"];
      return recorded === undefined ? inputs : withMetadata(inputs, { namespace: recorded });
    }
  }
}

function skipsAwait(properties: PropertyMap): boolean {
  return reveal(annotationsOf(properties))[annotations.skipAwait] === "true";
}

/** One field manager for each Pulumi project: `urn:pulumi:stack::project::type::name`. */
function fieldManagerOf(urn: string): string {
  return `pulumi-${urn.split("::")[1] ?? "kubernetes"}`;
}

/**
 * Not reachable, not allowed, or in a namespace or of a kind that this very update is about to
 * create.
 */
function cannotBePreviewed(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  if (!(error instanceof ApiError)) return false;
  return (
    error.status === 403 ||
    (error.status === 404 && (error.about === "namespaces" || error.about === "kind"))
  );
}

function refusedBy(object: KubernetesObject, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  return new Error(`The API server refused ${describe(object)}: ${error.message}`);
}
