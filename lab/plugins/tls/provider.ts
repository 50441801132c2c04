/**
 * The stand-in for the official `tls` plugin: keys, requests and certificates, all kept in the
 * state alone.
 */
import { z } from "zod";
import { changesBetween } from "../rpc/diff";
import type { Change } from "../rpc/diff";
import type * as rpc from "../rpc/provider";
import { hasUnknown, reveal, Secret, unknown } from "../rpc/values";
import type { PropertyMap } from "../rpc/values";
import { generatePrivateKey, keyAlgorithm, parsePrivateKey } from "./keys";
import * as schema from "./schema";

type Refuse = (what: string) => string;
interface Made {
  id: string;
  outputs: PropertyMap;
}
interface Resource {
  schema: z.ZodObject;
  defaults: PropertyMap;
  /** Outputs that the inputs do not say, unknown until the resource is made. */
  computed: string[];
  make(inputs: PropertyMap, refuse: Refuse): Promise<Made>;
}

const certificateDefaults = {
  earlyRenewalHours: 0,
  isCaCertificate: false,
  setSubjectKeyId: false,
  readyForRenewal: false,
};
const certificateOutputs = ["certPem", "validityStartTime", "validityEndTime"];

// Loading the X.509 library takes longer than starting the plugin: only what makes certificates
// waits for it.
const certificates = () => import("./certificates.js");

const resources: Record<string, Resource> = {
  "tls:index/privateKey:PrivateKey": {
    schema: schema.privateKeySchema,
    defaults: { rsaBits: 2048 },
    computed: [
      "privateKeyPem",
      "privateKeyPemPkcs8",
      "privateKeyOpenssh",
      "publicKeyPem",
      "publicKeyOpenssh",
      "publicKeyFingerprintMd5",
      "publicKeyFingerprintSha256",
    ],
    async make() {
      const { id, privateKeyPem, privateKeyPemPkcs8, privateKeyOpenssh, ...shown } =
        generatePrivateKey();
      const hidden = {
        privateKeyPem: new Secret(privateKeyPem),
        privateKeyPemPkcs8: new Secret(privateKeyPemPkcs8),
        privateKeyOpenssh: new Secret(privateKeyOpenssh),
      };
      return { id, outputs: { ...shown, ...hidden } };
    },
  },
  "tls:index/certRequest:CertRequest": {
    schema: schema.certRequestSchema,
    defaults: {},
    computed: ["certRequestPem", "keyAlgorithm"],
    async make(properties, refuse) {
      const { privateKeyPem, ...names } = schema.certRequestSchema.parse(properties);
      const { createRequest } = await certificates();
      const request = await createRequest(names, await parsePrivateKey(privateKeyPem, refuse));
      return { id: request.id, outputs: { certRequestPem: request.pem, keyAlgorithm } };
    },
  },
  "tls:index/selfSignedCert:SelfSignedCert": {
    schema: schema.selfSignedCertSchema,
    defaults: { ...certificateDefaults, setAuthorityKeyId: false },
    computed: [...certificateOutputs, "keyAlgorithm"],
    async make(properties, refuse) {
      const inputs = schema.selfSignedCertSchema.parse(properties);
      const { createSelfSigned } = await certificates();
      const { id, pem, ...validity } = await createSelfSigned(
        inputs,
        inputs,
        await parsePrivateKey(inputs.privateKeyPem, refuse),
      );
      return { id, outputs: { certPem: pem, ...validity, keyAlgorithm } };
    },
  },
  "tls:index/locallySignedCert:LocallySignedCert": {
    schema: schema.locallySignedCertSchema,
    defaults: certificateDefaults,
    computed: [...certificateOutputs, "caKeyAlgorithm"],
    async make(properties, refuse) {
      const inputs = schema.locallySignedCertSchema.parse(properties);
      const { signRequest } = await certificates();
      const caKey = await parsePrivateKey(inputs.caPrivateKeyPem, refuse);
      const { id, pem, ...validity } = await signRequest(
        inputs.certRequestPem,
        inputs.caCertPem,
        caKey,
        inputs,
      );
      return { id, outputs: { certPem: pem, ...validity, caKeyAlgorithm: keyAlgorithm } };
    },
  },
};

export class TlsProvider implements rpc.ResourceProvider {
  readonly version = "5.6.1";

  /** The time is a parameter so that tests can move it. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  readonly refuse: Refuse = (what) =>
    `This stand-in for the official Pulumi plugin "tls" does not support ${what}. ` +
    `Install the official plugin for that: pulumi plugin install resource tls v${this.version}`;

  checkConfig(news: PropertyMap): rpc.Failure[] {
    const { proxy } = news;
    return proxy === undefined || proxy === null
      ? []
      : [{ property: "proxy", reason: this.refuse('the provider setting "proxy"') }];
  }

  async configReplaces(): Promise<string[]> {
    return [];
  }

  async configure(): Promise<void> {
    // There is nothing to set.
  }

  async check({ type, news }: rpc.CheckRequest): Promise<rpc.Checked> {
    const resource = resources[type];
    if (!resource)
      return {
        inputs: news,
        failures: [{ property: "", reason: this.refuse(`the resource ${type}`) }],
      };
    const known = Object.entries(reveal(news)).filter(
      ([, value]) => value !== null && !hasUnknown(value),
    );
    const missing = Object.keys(news).filter((key) => hasUnknown(news[key]));
    const result = resource.schema.safeParse(Object.fromEntries(known));
    const issues = (result.error?.issues ?? []).filter(
      ({ path }) => !missing.includes(String(path[0])),
    );
    return { inputs: news, failures: issues.flatMap((issue) => this.failuresOf(issue)) };
  }

  diff({ oldInputs, oldState, inputs }: rpc.DiffRequest): rpc.Diff {
    const changes = changesBetween(oldInputs, inputs, ([first]) => first !== "earlyRenewalHours");
    const renewal: Change[] = this.isReadyForRenewal(oldState, inputs)
      ? [{ path: ["readyForRenewal"], kind: "update", replace: true, ofOutput: true }]
      : [];
    return { changes: [...changes, ...renewal] };
  }

  async create({ type, inputs, preview }: rpc.ChangeRequest): Promise<rpc.Recorded> {
    const resource = this.resource(type);
    const state = { ...resource.defaults, ...inputs };
    if (preview) {
      const computed = Object.fromEntries(resource.computed.map((key) => [key, unknown]));
      return { id: "", state: { ...state, ...computed } };
    }
    const { id, outputs } = await resource.make(reveal(inputs), this.refuse);
    return { id, state: { ...state, ...outputs } };
  }

  /** Only `earlyRenewalHours` can change in place, and nothing is made of it. */
  async update({ type, inputs, oldState }: rpc.UpdateRequest): Promise<PropertyMap> {
    const resource = this.resource(type);
    const kept = Object.fromEntries(resource.computed.map((key) => [key, oldState[key] ?? null]));
    return { ...resource.defaults, ...inputs, ...kept };
  }

  async read({ type, id, inputs, state }: rpc.ReadRequest): Promise<rpc.Found> {
    if (Object.keys(state).length === 0) throw new Error(this.refuse(`the import of ${type}`));
    const ready = this.isReadyForRenewal(state, inputs);
    return { id, state: ready ? { ...state, readyForRenewal: true } : state, inputs };
  }

  async delete(): Promise<void> {
    // The state was all there is.
  }

  cancel(): void {
    // Nothing here takes long enough to be cancelled.
  }

  private resource(type: string): Resource {
    const resource = resources[type];
    if (!resource) throw new Error(this.refuse(`the resource ${type}`));
    return resource;
  }

  private isReadyForRenewal(state: PropertyMap, inputs: PropertyMap): boolean {
    const end = reveal(state)["validityEndTime"];
    if (typeof end !== "string") return false;
    const early = Number(reveal(inputs)["earlyRenewalHours"] ?? 0);
    return this.now().getTime() >= Date.parse(end) - early * 3_600_000;
  }

  private failuresOf(issue: z.core.$ZodIssue): rpc.Failure[] {
    const property = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        property: [...issue.path, key].join("."),
        reason: this.refuse(`the property "${key}"`),
      }));
    }
    if (property === "algorithm" || property === "ecdsaCurve") {
      return [
        {
          property,
          reason: this.refuse('keys other than algorithm "ECDSA" with ecdsaCurve "P256"'),
        },
      ];
    }
    return [{ property, reason: issue.message }];
  }
}
