/**
 * Proves (mocks): which objects the demo makes, that its certificate fits the name under which it
 * is asked, and who sees which key. Does not prove: that requests arrive; the lab's `verify` and
 * scenarios do.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DemoWorkloads, type DemoWorkloadsArgs } from "../../src/demo/demo-workloads";
import { demoFlows } from "../../src/demo/flows";
import { nginxConfig } from "../../src/demo/nginx-config";
import { recordResources, settled, type Recorded } from "../support/mocks";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));
afterEach(settled);

async function deploy(args: Partial<DemoWorkloadsArgs>) {
  new DemoWorkloads("demo", { nginx: false, https: false, images: {}, ...args });
  await settled();
}

const kinds = () => resources.map(({ type, name }) => `${name} ${type.split(":").at(-1)}`).sort();
const find = (name: string) => {
  const found = resources.find(
    (resource) => resource.name === name && !resource.type.startsWith("heliograph:"),
  );
  return found?.inputs as unknown as Inputs;
};

interface Inputs {
  dnsNames: string[];
  metadata: { name: string; namespace: string };
  spec: {
    ports: { port: number }[];
    template: { metadata: { annotations: Record<string, string> }; spec: Pod };
  };
}
interface Pod {
  containers: { name: string; env: { name: string; value: string }[] }[];
  volumes: { secret?: { secretName: string; items?: { key: string }[] } }[];
}

function environmentOf(deployment: string, container: string): Record<string, string> {
  const found = find(deployment).spec.template.spec.containers.find(
    ({ name }) => name === container,
  );
  return Object.fromEntries(found?.env.map(({ name, value }) => [name, value]) ?? []);
}

describe("the demo", () => {
  test("is nothing where none is asked for", async () => {
    await deploy({});
    expect(kinds()).toEqual(["demo DemoWorkloads"]);
  });

  test("has NGINX, its load and their policies in `web`", async () => {
    await deploy({ nginx: true });
    expect(kinds()).toEqual([
      "demo DemoWorkloads",
      "demo-nginx DemoWorkload",
      "demo-nginx Deployment",
      "demo-nginx-config ConfigMap",
      "demo-nginx-load Deployment",
      "demo-nginx-load-script ConfigMap",
      "demo-nginx-namespace Namespace",
      "demo-nginx-policy-default-deny NetworkPolicy",
      "demo-nginx-policy-nginx NetworkPolicy",
      "demo-nginx-policy-nginx-load NetworkPolicy",
      "demo-nginx-service Service",
    ]);
    expect(find("demo-nginx-load").metadata).toMatchObject({
      name: "nginx-load",
      namespace: "web",
    });
  });

  test("has beside it, in `secure`, a certificate and its key", async () => {
    await deploy({ https: true });
    expect(kinds().filter((line) => /key|cert|tls/.test(line))).toEqual([
      "demo-https-certificate SelfSignedCert",
      "demo-https-key PrivateKey",
      "demo-https-tls Secret",
    ]);
  });
});

describe("the load", () => {
  test("asks under the name that the certificate holds, and verifies it", async () => {
    await deploy({ https: true });
    const { dnsNames } = find("demo-https-certificate");
    const { UPSTREAM_URL, NODE_EXTRA_CA_CERTS } = environmentOf("demo-https-load", "checkout");
    expect(UPSTREAM_URL).toBe(`https://${dnsNames[0]}`);
    expect(NODE_EXTRA_CA_CERTS).toBe("/etc/heliograph-demo-tls/tls.crt");
    expect(find("demo-https-service").metadata).toMatchObject({
      name: "https",
      namespace: "secure",
    });
    expect(find("demo-https-service").spec.ports[0]?.port).toBe(443);
  });

  test("never sees the server's key", async () => {
    await deploy({ https: true });
    const volume = find("demo-https-load").spec.template.spec.volumes.find(({ secret }) => secret);
    expect(volume?.secret).toMatchObject({ secretName: "https-tls", items: [{ key: "tls.crt" }] });
  });
});

describe("traces of the load", () => {
  test("go where the edge collects them", async () => {
    await deploy({ nginx: true, traces: "http://collector:4318" });
    for (const service of ["storefront", "checkout"])
      expect(environmentOf("demo-nginx-load", service)).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      });
  });

  test("may leave the namespace for there, and for nowhere else", () => {
    const demo = { app: "nginx", namespace: "web", https: false };
    const [more] = demoFlows(demo, true).filter(
      ({ why }) => !demoFlows(demo, false).some((flow) => flow.why === why),
    );
    expect(more).toMatchObject({
      to: { namespace: "heliograph-node", pods: { name: "otel-agent" } },
      ports: [4318],
    });
  });

  test("are not made where nobody collects them", async () => {
    await deploy({ nginx: true });
    expect(environmentOf("demo-nginx-load", "storefront")).not.toHaveProperty(
      "OTEL_EXPORTER_OTLP_ENDPOINT",
    );
  });
});

describe("the server", () => {
  test("is scraped where its counters are, not where it serves", async () => {
    await deploy({ nginx: true });
    const { metadata, spec } = find("demo-nginx").spec.template;
    expect(metadata.annotations).toMatchObject({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "9113",
    });
    expect(spec.containers.map(({ name }) => name)).toEqual(["nginx", "exporter"]);
  });

  test("shows its counters on loopback only", () => {
    for (const https of [false, true]) {
      const config = nginxConfig({ https });
      expect(config).toContain("listen 127.0.0.1:8081;\n    location = /stub_status {");
      expect(config.match(/ listen 8080( ssl)?;/)?.[1]).toBe(https ? " ssl" : undefined);
    }
  });
});
