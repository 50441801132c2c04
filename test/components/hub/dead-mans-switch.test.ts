import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { HubObservability } from "../../../components/hub/hub-observability";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { hubArgs } from "./hub";

const url = "https://hc-ping.com:8443/3f2a";

async function build(switchUrl = url): Promise<readonly Recorded[]> {
  const recorded = recordResources();
  const alerting = {
    alertmanagers: ["http://alertmanager.monitoring:9093"],
    deadMansSwitch: { url: pulumi.secret(switchUrl) },
  };
  new HubObservability("hub", hubArgs({ watchedBy: "dev", alerting }));
  await settled();
  return recorded;
}

const text = (recorded: readonly Recorded[], name: string) =>
  JSON.stringify(recorded.filter((resource) => resource.name === name).map(({ inputs }) => inputs));

describe("the dead man's switch", () => {
  it("makes these objects, with frozen names", async () => {
    const names = (await build())
      .filter(({ name }) => name.includes("dead-mans-switch"))
      .map(({ type, name }) => `${type} ${name}`);
    expect(names.sort()).toEqual([
      "heliograph:hub:DeadMansSwitch hub-dead-mans-switch",
      "kubernetes:apps/v1:Deployment hub-dead-mans-switch",
      "kubernetes:core/v1:Secret hub-dead-mans-switch-address",
      "kubernetes:core/v1:ServiceAccount hub-dead-mans-switch-service-account",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy hub-network-dead-mans-switch",
    ]);
  });

  it("keeps its address in the Secret, and lets nothing but its port out of it", async () => {
    const recorded = await build();
    const holders = recorded.filter(({ inputs }) => JSON.stringify(inputs).includes("hc-ping"));
    expect(holders.map(({ name }) => name)).toEqual(["hub-dead-mans-switch-address"]);
    expect(text(recorded, "hub-network-dead-mans-switch")).toContain(
      '"ports":[{"port":8443,"protocol":"TCP"}]',
    );
  });

  it("asks for the samples of the edge that watches the hub, in the cell that takes them", async () => {
    const script = text(await build(), "hub-dead-mans-switch");
    expect(script).toContain("asked 'mimir-main:8080' 'heliograph|dev'");
    expect(script).toContain('up{cluster=\\"dev\\"}');
  });

  it("is not there unless it is asked for", async () => {
    const recorded = recordResources();
    new HubObservability("hub", hubArgs());
    await settled();
    expect(recorded.filter(({ name }) => name.includes("dead-mans-switch"))).toEqual([]);
  });
});

describe("alertmanagers", () => {
  it("are a limit of the hub's own tenant, loaded in place, and may be reached from Mimir alone", async () => {
    const recorded = await build();
    expect(text(recorded, "hub-mimir-main-runtime")).toContain(
      "alertmanager_url: http://alertmanager.monitoring:9093",
    );
    const policies = recorded.filter(
      ({ name, inputs }) =>
        name.startsWith("hub-network-") && JSON.stringify(inputs).includes("9093"),
    );
    expect(policies.map(({ name }) => name)).toEqual(["hub-network-mimir-main"]);
  });
});
