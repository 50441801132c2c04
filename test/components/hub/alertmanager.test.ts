/**
 * Proves: which objects the hub's own Alertmanagers are, that they keep to the policies, that
 * secrets are in Secrets alone, and who may reach whom. Does not prove: that they run.
 */
import { describe, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../../components/hub/alerting-args";
import { ALERTMANAGER } from "../../../components/alertmanager/ports";
import type { HubGrafanaArgs } from "../../../components/hub/grafana/args";
import { HubObservability } from "../../../components/hub/hub-observability";
import { objectLabels, selectorLabels } from "../../../components/kit/labels";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { alertingArgs } from "./alerting";
import { hubArgs } from "./hub";

async function build(
  alerting: HubAlertingArgs,
  grafana?: HubGrafanaArgs,
): Promise<readonly Recorded[]> {
  const recorded = recordResources();
  const { edges, ...args } = hubArgs({ alerting, ...(grafana && { grafana }) });
  const prd = { ...edges["dev"]!, environment: "prd" };
  new HubObservability("hub", { ...args, edges: { ...edges, prd } });
  await settled();
  return recorded;
}

const customers: HubGrafanaArgs = { organisations: { acme: { tenants: ["dev"] } } };
const three = alertingArgs({ alertmanager: { replicas: 3 } });
const own = (recorded: readonly Recorded[]) =>
  recorded.filter(({ name }) => name.includes("alertmanager"));
const text = (recorded: readonly Recorded[], name: string) =>
  JSON.stringify(recorded.filter((resource) => resource.name === name).map(({ inputs }) => inputs));

describe("the hub's own Alertmanagers", () => {
  it("are these objects, with frozen names", async () => {
    const lines = own(await build(three)).map(
      ({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`,
    );
    expect(lines.sort()).toEqual([
      "apps/v1:StatefulSet hub-alertmanager",
      "core/v1:ConfigMap hub-alertmanager-config",
      "core/v1:PersistentVolumeClaim hub-alertmanager-data-0",
      "core/v1:PersistentVolumeClaim hub-alertmanager-data-1",
      "core/v1:PersistentVolumeClaim hub-alertmanager-data-2",
      "core/v1:Secret hub-alertmanager-receivers",
      "core/v1:Service hub-alertmanager-pods",
      "core/v1:Service hub-alertmanager-service",
      "core/v1:ServiceAccount hub-alertmanager-service-account",
      "heliograph:hub:Alertmanager hub-alertmanager",
      "networking.k8s.io/v1:NetworkPolicy hub-network-alertmanager",
      "policy/v1:PodDisruptionBudget hub-alertmanager-disruption-budget",
    ]);
  });

  it.each<[string, HubAlertingArgs, HubGrafanaArgs?]>([
    ["one", alertingArgs()],
    [
      "three, reached by people",
      alertingArgs({ alertmanager: { replicas: 3, externalUrl: "https://a" } }),
    ],
    ["one, with customers", alertingArgs(), customers],
  ])("keep to every policy: %s", async (_, alerting, grafana) => {
    const objects = own(await build(alerting, grafana))
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type, inputs }) => {
        return { ...inputs, kind: type.split(":").at(-1) } as unknown as KubernetesObject;
      });
    // Somebody else's, to which a receiver refers.
    const labels = objectLabels(ALERTMANAGER);
    const metadata = { name: "mail", namespace: "heliograph-hub", labels };
    const mail = { kind: "Secret", metadata, data: { password: "" } };
    expect(violations([...objects, mail as unknown as KubernetesObject])).toEqual([]);
  });

  it("have secrets in their Secret alone, and mount those of others", async () => {
    const recorded = await build(three);
    for (const secret of ["routing-key-1", "secret-1", "secret-2", "secret-3"])
      expect(
        recorded.filter(({ inputs }) => JSON.stringify(inputs).includes(secret)).map((r) => r.name),
      ).toEqual(["hub-alertmanager-receivers"]);
    expect(text(recorded, "hub-alertmanager")).toContain(
      '{"items":[{"key":"password","path":"shop.email.password"}],"name":"mail"}',
    );
  });

  it("are told by the rulers of every cell, each by its own name", async () => {
    const recorded = await build(three);
    const urls = [0, 1, 2].map((pod) => `http://alertmanager-${pod}.alertmanager-gossip:9093`);
    expect(text(recorded, "hub-mimir-main-runtime")).toContain(`alertmanager_url: ${urls.join()}`);
    const [policy] = recorded.filter(({ name }) => name === "hub-network-mimir-main");
    const { egress } = (policy?.inputs as { spec: { egress: object[] } }).spec;
    expect(egress).toContainEqual({
      to: [{ podSelector: { matchLabels: selectorLabels(ALERTMANAGER) } }],
      ports: [{ port: 9093, protocol: "TCP" }],
    });
  });

  it("may reach the ports of receivers, and each other", async () => {
    const policy = text(await build(three), "hub-network-alertmanager");
    expect(policy).toContain(
      '"ports":[{"port":443,"protocol":"TCP"},{"port":587,"protocol":"TCP"}]',
    );
    expect(policy).toContain('"ports":[{"port":9094,"protocol":"UDP"}]');
    expect(text(await build(alertingArgs()), "hub-network-alertmanager")).not.toContain("9094");
  });

  it("answer customers through a proxy alone, and operators themselves", async () => {
    const ports = async (grafana: HubGrafanaArgs) => {
      const recorded = await build(alertingArgs(), grafana);
      const proxy = text(recorded, "hub-alertmanager").includes('"name":"label-proxy"');
      const policy = text(recorded, "hub-network-grafana");
      const sources = text(recorded, "hub-grafana-datasources");
      return [9093, 9095].map((port) => [
        text(recorded, "hub-alertmanager-service").includes(`"port":${port}`),
        policy.includes(`"port":${port}`),
        sources.includes(`http://alertmanager:${port}`),
        port === 9093 || proxy,
      ]);
    };
    const all = [true, true, true, true];
    expect(await ports(customers)).toEqual([all, all]);
    expect(await ports({})).toEqual([all, [false, false, false, false]]);
  });

  it("are not there without receivers", async () => {
    const recorded = await build({ alertmanagers: ["http://alertmanager.monitoring:9093"] });
    expect(own(recorded)).toEqual([]);
  });
});
