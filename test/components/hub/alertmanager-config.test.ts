/**
 * Proves: the configuration of Alertmanager says what alerting says: a way to every receiver, each
 * condition a matcher, secrets by their files alone, and a hash that follows every change. Does not
 * prove: that Alertmanager takes it and does so; test/programs/alertmanager.test.ts does.
 */
import { describe, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../../components/hub/alerting-args";
import {
  ALERTMANAGER_FILE,
  alertmanagerConfig,
  alertmanagerFiles,
  EDGE_SILENT,
  KNOWN_TO_HUB,
  secretFile,
} from "../../../components/alertmanager/config";
import type { Alertmanager } from "../../../components/alertmanager/model";
import { resolveAlertmanager } from "../../../components/alertmanager/resolve";
import { runningAlertmanagerHash } from "../../../components/alertmanager/running-config";
import type { Route } from "../../../components/alertmanager/upstream";
import { resolveHub } from "../../../components/hub/resolve";
import { rulesModel } from "../../../components/hub/rules";
import { rules } from "../../../components/rules/rule-file";
import { alertingArgs } from "./alerting";
import { hubArgs } from "./hub";

const modelOf = (alerting: HubAlertingArgs = alertingArgs()): Alertmanager =>
  resolveAlertmanager(alerting, 3)!;
const textOf = (alerting?: HubAlertingArgs) =>
  alertmanagerFiles(modelOf(alerting)).files[ALERTMANAGER_FILE];
const receiversOf = ({ receiver, routes = [] }: Route): (string | undefined)[] => [
  receiver,
  ...routes.flatMap(receiversOf),
];

describe("the configuration", () => {
  it("reads so", async () => {
    await expect(textOf()).toMatchFileSnapshot("../../golden/alertmanager.yaml");
  });

  it("leads to every receiver, and has every receiver to which it leads", () => {
    const { route, receivers } = alertmanagerConfig(modelOf());
    const names = receivers.map(({ name }) => name);
    expect([...new Set(receiversOf(route))].sort()).toEqual([...names].sort());
  });

  it("names a file for each secret, and has none of them in its text", () => {
    const text = textOf();
    for (const secret of ["routing-key-1", "secret-1", "secret-2", "secret-3", "hooks.slack.com"])
      expect(text).not.toContain(secret);
    for (const file of [
      secretFile("on-call", "pagerDuty"),
      secretFile("on-call", "slack"),
      secretFile("shop", "email"),
      secretFile("everything-else", "teams"),
    ])
      expect(text).toContain(`/etc/heliograph/secrets/${file}\n`);
  });

  it("groups by cluster, environment, tenant and alert, unless a route says otherwise", () => {
    const { route } = alertmanagerConfig(modelOf());
    expect(route.group_by).toEqual(["cluster", "environment", "tenant_id", "alertname"]);
  });

  it("takes several values as they are, not as patterns", () => {
    const { route } = alertmanagerConfig(
      modelOf(
        alertingArgs({
          routes: [{ receiver: "shop", teams: ["a.b", "c|d"], alerts: ["X"], matchers: ['z!=""'] }],
        }),
      ),
    );
    expect(route.routes?.at(-1)?.matchers).toEqual([
      'team=~"a\\\\.b|c\\\\|d"',
      'alertname="X"',
      'z!=""',
    ]);
  });

  it("keeps the alert that always fires from people, wherever their routes stand", () => {
    const { route } = alertmanagerConfig(modelOf());
    expect(route.routes?.[1]).toEqual({ receiver: "nobody", matchers: ['alertname="Watchdog"'] });
  });

  it("gives the test alerts of verify to their receiver alone, or to nobody", () => {
    const first = (more: Parameters<typeof alertingArgs>[0]) =>
      alertmanagerConfig(modelOf(alertingArgs(more))).route.routes?.[0];
    const each = { matchers: ['alertname="HeliographVerify"'], group_by: ["..."] };
    expect(first({})).toMatchObject({ ...each, receiver: "nobody" });
    expect(first({ testReceiver: "shop" })).toMatchObject({ ...each, receiver: "shop" });
    expect(first({ testReceiver: "shop" })).not.toHaveProperty("continue");
  });

  it("trusts the CA of a mail server of one's own", () => {
    const { receivers } = modelOf(alertingArgs());
    const ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const own = receivers.map(({ email, ...receiver }) => ({
      ...receiver,
      ...(email && { email: { ...email, caCertificate: ca } }),
    }));
    const config = alertmanagerConfig({ ...modelOf(alertingArgs()), receivers: own });
    const mail = config.receivers.flatMap(({ email_configs = [] }) => email_configs);
    expect(mail).toMatchObject([{ require_tls: true, tls_config: { ca } }]);
  });

  it("lets a route for that alert alone call a dead man's switch", () => {
    const routes = [...alertingArgs().routes!, { alerts: ["Watchdog"], receiver: "switch" }];
    const [, first, second] = alertmanagerConfig(modelOf(alertingArgs({ routes }))).route.routes!;
    expect(first?.receiver).toBe("switch");
    expect(second?.receiver).toBe("nobody");
  });

  it("takes extra configuration on top", () => {
    const alertmanager = { extraConfig: { global: { resolve_timeout: "10m" } } };
    expect(alertmanagerConfig(modelOf(alertingArgs({ alertmanager }))).global).toEqual({
      resolve_timeout: "10m",
    });
  });

  it("requires TLS of every mail server", () => {
    const [mail] = alertmanagerConfig(modelOf()).receivers.flatMap(
      ({ email_configs: configs = [] }) => configs,
    );
    expect(mail).toMatchObject({ require_tls: true });
  });
});

describe("the hash", () => {
  it("is found in the text again", () => {
    const { files, hash } = alertmanagerFiles(modelOf());
    expect(runningAlertmanagerHash(files[ALERTMANAGER_FILE])).toBe(hash);
    expect(runningAlertmanagerHash("route:\n  receiver: other\n")).toBeUndefined();
  });

  it("changes with a route, and not with the number of pods", () => {
    const { hash } = alertmanagerFiles(modelOf());
    const changed = alertingArgs({ routes: [{ receiver: "production" }] });
    expect(alertmanagerFiles(modelOf(changed)).hash).not.toBe(hash);
    const larger = alertingArgs({ alertmanager: { replicas: 5 } });
    expect(alertmanagerFiles(modelOf(larger)).hash).toBe(hash);
  });
});

describe("Alertmanagers of the hub", () => {
  const hub = (alerting?: HubAlertingArgs, topology: "single" | "microservices" = "single") => {
    const args = hubArgs({ ...(alerting && { alerting }) });
    return resolveHub({ ...args, cells: { main: { metrics: { topology } } } });
  };

  it("are there where there is a receiver: one beside a single process, three beside others", () => {
    expect(hub().alertmanager).toBeUndefined();
    expect(hub(alertingArgs()).alertmanager?.replicas).toBe(1);
    expect(hub(alertingArgs(), "microservices").alertmanager?.replicas).toBe(3);
  });

  it("get every alert, each of them, beside those of others", () => {
    const others = ["http://alertmanager.monitoring:9093"];
    const { alertmanagers, cells } = hub(alertingArgs({ alertmanagers: others }), "microservices");
    expect(alertmanagers).toEqual([
      "http://alertmanager-0.alertmanager-gossip:9093",
      "http://alertmanager-1.alertmanager-gossip:9093",
      "http://alertmanager-2.alertmanager-gossip:9093",
      ...others,
    ]);
    expect(cells[0]?.alertmanagers).toEqual(alertmanagers);
  });
});

it("the alerts that inhibitions name are among the rules", () => {
  const hub = resolveHub(hubArgs());
  const facts = {
    namespace: "hub",
    edges: {},
    gateway: "",
    authorities: [],
    renewBeforeDays: 90,
    runbookBaseUrl: "",
  };
  const names = rules(rulesModel(hub, hub.cells[0]!, facts), "").groups.flatMap(({ rules: all }) =>
    all.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])),
  );
  expect(names).toEqual(expect.arrayContaining([EDGE_SILENT, ...KNOWN_TO_HUB]));
});
