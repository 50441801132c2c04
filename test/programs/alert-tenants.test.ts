/**
 * Proves: through the real prom-label-proxy beside the real Alertmanager, by the headers of the
 * data sources that are provisioned, an organisation sees and silences the alerts of its own
 * tenants and of no other, whatever it asks for, and nothing that is no alert. Does not prove: that
 * Grafana sends a data source's header and none of its users' (no Grafana can be built here).
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TENANT_HEADER } from "../../components/backends/kit/architecture";
import { labelProxyFlags } from "../../components/alertmanager/pod";
import { organisationFile, provisioning } from "../../components/hub/grafana/datasources";
import { deployedAlertsSources } from "../../components/hub/grafana/running-config";
import { toYaml } from "../../components/kit/yaml";
import { mapValues } from "../../components/kit/records";
import { RunningAlertmanager } from "./support/alertmanager";
import { program } from "./support/programs";
import { freePorts, run, until, untilReady, type RunningProgram } from "./support/server";

const alertmanager = new RunningAlertmanager();
let proxy: RunningProgram;
let port = 0;

beforeAll(async () => {
  await alertmanager.start({ route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] });
  [port = 0] = await freePorts(1);
  const at = { listen: `127.0.0.1:${port}`, alertmanager: `127.0.0.1:${alertmanager.port}` };
  proxy = run(program("prom-label-proxy", "prom-label-proxy"), labelProxyFlags(at));
  await untilReady("prom-label-proxy", proxy, async () =>
    (await fetch(`http://127.0.0.1:${port}/healthz`)).ok ? true : undefined,
  );
  await alertmanager.post([
    { alertname: "Slow", tenant_id: "a" },
    { alertname: "Slow", tenant_id: "b" },
    { alertname: "Slow", tenant_id: "ab" },
    { alertname: "BucketFailing" },
  ]);
  await until("the alerts", async () => (await all("alerts")).length === 4 || undefined);
});
afterAll(async () => {
  await proxy?.stop();
  await alertmanager.stop();
});

/** The data source of a customer's tenant, as its organisation has it. */
const files = mapValues(
  provisioning({
    cells: {},
    organisations: { "customer-a": ["a"], "customer-b": ["b", "ab"] },
    alerts: { reader: "alertmanager:9093", tenantReader: "alertmanager:9095" },
  }),
  (file) => toYaml(file),
);
const sources = deployedAlertsSources(files);
const headersOf = (tenant: string) => {
  const source = sources.find((each) => each.tenant === tenant);
  if (!source) throw new Error(`there is no data source of ${tenant}`);
  return source.headers;
};

interface Shown {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

/** As an operator, who asks Alertmanager itself. */
async function all(what: string): Promise<Shown[]> {
  const answer = await fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/${what}`);
  return (await answer.json()) as Shown[];
}

function ask(tenant: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json", ...headersOf(tenant) };
  return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
}

async function tenantsSeen(tenant: string, query = ""): Promise<(string | undefined)[]> {
  const answer = await ask(tenant, `/api/v2/alerts${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Shown[]).map(({ labels }) => labels["tenant_id"]);
}

const matcher = (
  name: string,
  value: string,
  more: { isRegex?: boolean; isEqual?: boolean } = {},
) => ({
  name,
  value,
  isRegex: false,
  isEqual: true,
  ...more,
});
const silence = (...matchers: object[]) => ({
  matchers,
  startsAt: new Date().toISOString(),
  endsAt: new Date(Date.now() + 600_000).toISOString(),
  createdBy: "ann",
  comment: "test",
});
const post = (tenant: string, body: object) =>
  ask(tenant, "/api/v2/silences", { method: "POST", body: JSON.stringify(body) });

/** Tenants whose alerts are silenced. */
async function silenced(): Promise<(string | undefined)[]> {
  const alerts = await all("alerts");
  return alerts
    .filter(({ status }) => status.state === "suppressed")
    .map(({ labels }) => labels["tenant_id"])
    .sort();
}

async function asOperator(body: object): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return ((await answer.json()) as { silenceID: string }).silenceID;
}

const end = (id: string) =>
  fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/silence/${id}`, { method: "DELETE" });

beforeEach(async () => {
  for (const { id, status } of await all("silences")) if (status.state !== "expired") await end(id);
});

describe("an organisation", () => {
  it("has a data source for each of its tenants, and none of others", () => {
    const of = (organisation: string) =>
      deployedAlertsSources({ file: files[organisationFile(organisation)] ?? "" });
    expect(of("customer-a").map(({ headers }) => headers)).toEqual([{ [TENANT_HEADER]: "a" }]);
    expect(of("customer-b").map(({ headers }) => headers)).toEqual([
      { [TENANT_HEADER]: "b" },
      { [TENANT_HEADER]: "ab" },
    ]);
    expect(sources.filter(({ tenant }) => tenant === undefined)).toMatchObject([
      { organisation: undefined, url: "http://alertmanager:9093", headers: {} },
    ]);
  });

  it.each([
    "",
    "?filter=tenant_id%3D%22b%22",
    "?filter=tenant_id%3D~%22.*%22",
    "?filter=tenant_id%21%3D%22a%22",
    "?filter=alertname%3D%22Slow%22",
    "?tenant_id=b",
    "?X-Scope-OrgID=b",
  ])("sees the alerts of its own tenant with %j, and no other's", async (query) => {
    expect(await tenantsSeen("a", query)).toEqual(["a"]);
    const groups = await ask("a", `/api/v2/alerts/groups${query}`);
    const shown = (await groups.json()) as { alerts: Shown[] }[];
    expect(shown.flatMap((group) => group.alerts.map(({ labels }) => labels["tenant_id"]))).toEqual(
      ["a"],
    );
  });

  it("silences its own, and no other's, whatever tenants the silence names", async () => {
    for (const matchers of [
      [matcher("alertname", "Slow")],
      [matcher("alertname", "Slow"), matcher("tenant_id", "b")],
      [
        matcher("alertname", ".*", { isRegex: true }),
        matcher("tenant_id", ".*", { isRegex: true }),
      ],
      [matcher("alertname", "Slow"), matcher("tenant_id", "a", { isEqual: false })],
    ]) {
      const answer = await post("a", silence(...matchers));
      expect(answer.status).toBe(200);
      const { silenceID } = (await answer.json()) as { silenceID: string };
      await until("it is silenced", async () => ((await silenced()).length > 0 ? true : undefined));
      expect(await silenced()).toEqual(["a"]);
      const ended = await ask("a", `/api/v2/silence/${silenceID}`, { method: "DELETE" });
      expect(ended.status).toBe(200);
      expect(await silenced()).toEqual([]);
    }
  });

  it("neither sees, changes nor ends a silence of another tenant or of operators", async () => {
    const others = [
      silence(matcher("alertname", "Slow"), matcher("tenant_id", "b")),
      silence(matcher("alertname", "Slow")),
      silence(matcher("tenant_id", "a|b", { isRegex: true })),
    ];
    for (const other of others) {
      const id = await asOperator(other);
      const seen = (await (await ask("a", "/api/v2/silences")).json()) as Shown[];
      expect(seen.filter(({ status }) => status.state !== "expired")).toEqual([]);
      const changed = { ...silence(matcher("alertname", "Slow")), id };
      expect((await post("a", changed)).status).toBe(403);
      expect((await ask("a", `/api/v2/silence/${id}`, { method: "DELETE" })).status).toBe(403);
      const found = (await all("silences")).find((each) => each.id === id);
      expect(found?.status.state).toBe("active");
      await end(id);
    }
  });

  it.each([
    "/api/v2/status",
    "/api/v2/receivers",
    "/metrics",
    "/-/reload",
    "/",
    "/api/v2/silence/x/..",
  ])("gets nothing else: %s", async (path) => {
    const answer = await ask("a", path, { method: path === "/-/reload" ? "POST" : "GET" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it("adds no alerts", async () => {
    const body = JSON.stringify([{ labels: { alertname: "Forged", tenant_id: "b" } }]);
    expect((await ask("a", "/api/v2/alerts", { method: "POST", body })).status).toBe(404);
    expect(await all("alerts")).toHaveLength(4);
  });

  it("is nobody without the header", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`);
    expect(answer.status).toBe(400);
  });
});
