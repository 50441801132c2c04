/**
 * A small dynamic client. The typed one of @kubernetes/client-node drops every field that its own
 * version does not know, which would hide mistakes from strict validation; from it comes only what
 * a kubeconfig means.
 */
import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesObject } from "./objects";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    /** What the error is about: a missing namespace, for example, is `namespaces`. */
    readonly about?: string,
  ) {
    super(message);
  }
}

export class Unreachable extends Error {}

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}
export type Query = Record<string, string | undefined>;
export interface ApplyOptions {
  fieldManager: string;
  dryRun?: boolean;
}

const requestTimeoutMs = 30_000;

export class Client {
  private readonly discovered = new Map<string, Promise<ApiResource[]>>();

  constructor(private readonly config: KubeConfig) {}

  /** Where an object of this kind is served; undefined if the API server does not know the kind. */
  async resourceOf(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    const known = (await this.resourcesOf(apiVersion)).find((resource) => resource.kind === kind);
    if (known) return known;
    this.discovered.delete(apiVersion); // the kind may be defined while we run
    return (await this.resourcesOf(apiVersion)).find((resource) => resource.kind === kind);
  }

  async get(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    try {
      return await this.request<KubernetesObject>("GET", await this.pathOf(object));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Server-side apply. Fields that another manager set are taken over. */
  async apply(
    object: KubernetesObject,
    { fieldManager, dryRun }: ApplyOptions,
  ): Promise<KubernetesObject> {
    const query = {
      fieldManager,
      force: "true",
      fieldValidation: "Strict",
      dryRun: dryRun ? "All" : undefined,
    };
    return this.request("PATCH", await this.pathOf(object), query, object);
  }

  /** Starts a deletion. An object that is gone already is what was asked for. */
  async delete(object: KubernetesObject, propagationPolicy: string): Promise<void> {
    try {
      await this.request("DELETE", await this.pathOf(object), {}, { propagationPolicy });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  async list(path: string, query: Query): Promise<KubernetesObject[]> {
    return (await this.request<{ items: KubernetesObject[] }>("GET", path, query)).items;
  }

  async text(path: string, query: Query): Promise<string> {
    return this.send("GET", path, query);
  }

  private async request<T>(
    method: string,
    path: string,
    query: Query = {},
    body?: unknown,
  ): Promise<T> {
    return JSON.parse(await this.send(method, path, query, body)) as T;
  }

  private async pathOf(object: KubernetesObject): Promise<string> {
    const { apiVersion, kind, metadata } = object;
    const resource = await this.resourceOf(apiVersion, kind);
    if (!resource) {
      const message = `The API server does not know the kind ${kind} of ${apiVersion}. Is its definition (CRD) created first?`;
      throw new ApiError(404, "NotFound", message, "kind");
    }
    const namespace = resource.namespaced
      ? `/namespaces/${encodeURIComponent(metadata.namespace ?? "default")}`
      : "";
    return `${groupPath(apiVersion)}${namespace}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  private resourcesOf(apiVersion: string): Promise<ApiResource[]> {
    const discovered = this.discovered.get(apiVersion);
    if (discovered) return discovered;
    const discovering = this.discover(apiVersion);
    this.discovered.set(apiVersion, discovering);
    discovering.catch(() => this.discovered.delete(apiVersion));
    return discovering;
  }

  private async discover(apiVersion: string): Promise<ApiResource[]> {
    try {
      const { resources } = await this.request<{ resources: ApiResource[] }>(
        "GET",
        groupPath(apiVersion),
      );
      return resources.filter((resource) => !resource.name.includes("/")); // without subresources
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }

  private async send(method: string, path: string, query: Query, body?: unknown): Promise<string> {
    const server = this.config.getCurrentCluster()?.server;
    if (!server) {
      const context = this.config.getCurrentContext();
      throw new Unreachable(`The kubeconfig has no cluster for the context "${context}".`);
    }
    const url = new URL(server.replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, value);
    const content = body === undefined ? "" : JSON.stringify(body);
    const headers: http.OutgoingHttpHeaders = { accept: "application/json" };
    if (content) {
      headers["content-type"] = contentTypeOf(method);
      headers["content-length"] = Buffer.byteLength(content); // without it Node.js drops the body of a DELETE
    }
    const options: https.RequestOptions = { method, timeout: requestTimeoutMs, headers };
    await this.config.applyToHTTPSOptions(options);
    const { status, text } = await exchange(url, options, content);
    if (status >= 400) throw apiError(status, text);
    return text;
  }
}

/** JSON is YAML, which is what an apply patch must be. */
function contentTypeOf(method: string): string {
  return method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function exchange(
  url: URL,
  options: https.RequestOptions,
  content: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const unreachable = (error: Error) =>
      reject(new Unreachable(`The API server ${url.origin} cannot be reached: ${error.message}`));
    const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
      response.on("error", unreachable);
    });
    request.on("error", unreachable);
    request.on("timeout", () =>
      request.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)),
    );
    request.end(content);
  });
}

function apiError(status: number, text: string): ApiError {
  try {
    const answer = JSON.parse(text) as {
      reason?: string;
      message?: string;
      details?: { kind?: string };
    };
    return new ApiError(status, answer.reason ?? "", answer.message ?? text, answer.details?.kind);
  } catch {
    return new ApiError(status, "", `the API server answered ${status}: ${text.trim()}`);
  }
}
