import type { Stack } from "@pulumi/pulumi/automation";
import { readFile } from "node:fs/promises";
import * as x509 from "../../../components/kit/x509";
import { stackFile } from "../../../src/config/stack-file";
import { PulumiFailure } from "../../../src/cli/engine/pulumi";
import type { StackState } from "../../../src/cli/engine/state";
import type { Workspaces } from "../../../src/cli/engine/workspaces";
import { makeRequest } from "../../support/requests";
import { parsed } from "../../support/yaml";

const GATEWAY = { url: "https://hub", serverName: "hub" };

/**
 * A backend whose stacks behave as the program's do: edges ask, the hub signs what its file holds,
 * signed edges connect. Certificates are real.
 */
export class Backend {
  /** Stacks in the order in which they were updated. */
  readonly updates: string[] = [];
  /** Of the hub's leaves; inside 90 days the hub's next update renews them all. */
  daysLeft = 365;
  private readonly outputs = new Map<string, Record<string, unknown>>();
  private readonly locked = new Set<string>();

  constructor(private readonly folder: string) {}

  lock(stack: string): void {
    this.locked.add(stack);
  }

  get workspaces(): Workspaces {
    const workspaces: Partial<Workspaces> = {
      states: async (names) => new Map(names.map((name) => [name, this.state(name)])),
      state: async (name) => this.state(name),
      stack: async (name) =>
        ({
          name,
          up: () => this.up(name),
          destroy: async () => this.updates.push(`destroy ${name}`),
        }) as unknown as Stack,
      remove: async (name, force) => {
        this.updates.push(`${force ? "forget" : "remove"} ${name}`);
        this.outputs.delete(name);
      },
      unlock: async (name) => void this.locked.delete(name),
    };
    return workspaces as Workspaces;
  }

  output(stack: string): Record<string, unknown> | undefined {
    return this.outputs.get(stack);
  }

  private state(name: string): StackState | undefined {
    const outputs = this.outputs.get(name);
    const certificates =
      "hub" in (outputs ?? {}) ? [{ name: "pki-gateway", validUntil: inDays(this.daysLeft) }] : [];
    return outputs && { outputs, resources: 1, creating: [], certificates, buckets: [] };
  }

  private async up(stack: string): Promise<void> {
    if (this.locked.has(stack)) {
      const stderr =
        "error: the stack is currently locked by 1 lock(s)\n created by me@" +
        (await host()) +
        " (pid 4000000) at t";
      throw new PulumiFailure(["up"], { stdout: "", stderr, code: 1 });
    }
    this.updates.push(stack);
    const config = parsed(await readFile(stackFile(this.folder, stack), "utf8")).config;
    const hub = config["heliograph:hub"];
    this.outputs.set(
      stack,
      hub
        ? { hub: await this.sign(hub.edges) }
        : { edge: await this.ask(stack, config["heliograph:edge"]) },
    );
  }

  private async sign(edges: Record<string, InventoryEntry>): Promise<object> {
    const renews = this.daysLeft <= 90;
    if (renews) this.daysLeft = 365;
    const former = (this.outputs.get("ops")?.["hub"] as Published | undefined)?.edges ?? {};
    const facts = {
      tenant: "t",
      cell: "main",
      environment: "e",
      region: "r",
      clusterType: "workload",
      outageSeconds: 1,
      activeSeries: 1,
    };
    const signed = Object.entries(edges).map(
      async ([name, { request, keyGeneration = 1, revoked }]) => {
        const entry = { ...facts, keyGeneration };
        if (!request) return [name, { ...entry, state: revoked ? "revoked" : "waiting" }];
        const kept =
          !renews && former[name]?.request === request ? former[name].certificate : undefined;
        const certificate = kept ?? (await certify(request));
        return [name, { ...entry, state: revoked ? "revoked" : "signed", certificate, request }];
      },
    );
    return {
      contractVersion: 1,
      gateway: GATEWAY,
      trustBundle: ["pem"],
      edges: Object.fromEntries(await Promise.all(signed)),
    };
  }

  private async ask(
    stack: string,
    { name, keyGeneration = 1 }: { name: string; keyGeneration?: number },
  ): Promise<object> {
    const former = this.outputs.get(stack)?.["edge"] as
      { keyGeneration: number; request: string } | undefined;
    const request =
      former?.keyGeneration === keyGeneration
        ? former.request
        : await makeRequest({ subject: `CN=${name}` });
    const hub = this.outputs.get("ops")?.["hub"] as Published | undefined;
    const certificate = hub?.edges[name]?.certificate;
    if (!certificate) return { contractVersion: 1, name, keyGeneration, request, state: "asking" };
    const runsWith = { certificate, trustBundle: hub.trustBundle };
    return { contractVersion: 1, name, keyGeneration, request, state: "connected", runsWith };
  }
}

interface InventoryEntry {
  readonly request?: string;
  readonly keyGeneration?: number;
  readonly revoked?: boolean;
}

interface Published {
  readonly trustBundle: string[];
  readonly edges: Record<string, { certificate?: string; request?: string }>;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

async function host(): Promise<string> {
  return (await import("node:os")).hostname();
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function certify(request: string): Promise<string> {
  const { publicKey, subject } = new x509.Pkcs10CertificateRequest(request);
  const { privateKey: signingKey } = await crypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]);
  const certificate = await x509.X509CertificateGenerator.create({
    publicKey,
    subject,
    issuer: "CN=ca",
    signingKey,
    signingAlgorithm: ALGORITHM,
  });
  return certificate.toString("pem");
}
