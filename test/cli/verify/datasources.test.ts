/**
 * Proves: what the check says of backends that behave in this way or that. Does not prove: that the
 * real ones answer these questions; test/programs/datasources.test.ts does.
 */
import { cellSources } from "../../components/hub/flows";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { provisioning } from "../../../components/hub/grafana/datasources";
import { toYaml } from "../../../components/kit/yaml";
import { datasources } from "../../../src/cli/commands/verify/checks/datasources";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, datasourcesMaps, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

/** Ids of traces, which Tempo writes without the zeros in front. */
const TRACE = { dev: "a".padStart(32, "0"), stg: "b".padStart(32, "0") };
type Tenant = keyof typeof TRACE;

interface Behaviour {
  /** Whose data is shown to who asks for these tenants. */
  sees?(tenants: readonly string[]): readonly string[];
  /** Tenants whose trace is given by its id. */
  gives?(tenants: readonly string[]): readonly string[];
  health?: number;
}

/** All three backends in one server: the paths tell them apart. */
function backend({ sees = (tenants) => tenants, gives = sees, health = 200 }: Behaviour) {
  return servers.listen(
    createServer((request, response) => {
      const { pathname: path } = new URL(request.url ?? "", "http://backend");
      const tenants = String(request.headers["x-scope-orgid"]).split("|");
      const seen = sees(tenants).filter((tenant) => tenant in TRACE) as Tenant[];
      const say = (status: number, body: unknown) =>
        response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
      if (path === "/prometheus/api/v1/query") {
        const result = seen.map((tenant) => ({ metric: { tenant_id: tenant } }));
        return say(health, { status: health === 200 ? "success" : "error", data: { result } });
      }
      if (path === "/loki/api/v1/query")
        return say(health, { data: { result: [{ value: [4, "2"] }] } });
      if (path === "/api/echo") return say(health, "echo");
      if (path === "/api/search/tag/tenant_id/values") return say(200, { tagValues: seen });
      if (path === "/loki/api/v1/label/tenant_id/values") return say(200, { data: seen });
      if (path === "/api/search")
        return say(200, {
          traces: seen.map((tenant) => ({ traceID: TRACE[tenant].replace(/^0+/, "") })),
        });
      const asked = /^\/api\/traces\/(.*)$/.exec(path)?.[1];
      const has = gives(tenants).some((tenant) => TRACE[tenant as Tenant] === asked);
      const spans = [{ name: "a", spanId: "" }];
      return say(has ? 200 : 404, { batches: has ? [{ scopeSpans: [{ spans }] }] : [] });
    }),
  );
}

const readers = { metrics: "mimir-main:8080", logs: "loki-main:3100", traces: "tempo-main:3200" };
const organisations = { acme: { tenants: ["dev"], editors: [], viewers: [] } };

async function verdict(
  behaviour: Behaviour,
  organisationsOfTheFile = organisations,
  change = (text: string) => text,
  maps = 1,
) {
  const endpoint = await backend(behaviour);
  const files = provisioning({
    cells: { main: cellSources(readers, ["dev", "stg"]) },
    organisations: { acme: ["dev"] },
  });
  const texts = Object.entries(files).map(([name, file]) => [name, change(toYaml(file))] as const);
  // The files one after the other, and the last map has what is left.
  const deployed = Array.from({ length: maps }, (_, part) =>
    Object.fromEntries(texts.slice(part, part === maps - 1 ? undefined : part + 1)),
  );
  const cluster = clusterOf({
    configMap: datasourcesMaps(...deployed),
    service: async () => endpoint,
  });
  const hub = hubView("ops", cluster, contractOf({ dev: entryOf("dev"), stg: entryOf("stg") }));
  return datasources({ organisations: organisationsOfTheFile }).run(hub);
}

describe("data sources", () => {
  it("are well when each is answered, and sees its own tenants and no other", async () => {
    expect(await verdict({})).toEqual({
      status: "passed",
      brief: "13 data sources",
      detail: "13 data sources are answered, and each sees its own tenants and no other",
    });
  });

  it("are well when they are in several ConfigMaps", async () => {
    expect(await verdict({}, organisations, undefined, 2)).toMatchObject({
      status: "passed",
      brief: "13 data sources",
    });
  });

  it("fail where there is no ConfigMap", async () => {
    await expect(verdict({}, organisations, undefined, 0)).rejects.toThrow(
      "there is no ConfigMap heliograph-hub/grafana-datasources",
    );
  });

  it("fail where one sees what is another's", async () => {
    const { status, detail } = await verdict({ sees: () => ["dev", "stg"] });
    expect(status).toBe("failed");
    expect(detail.split("; ").slice(0, 3)).toEqual([
      "dev metrics (main): sees data of stg",
      "stg metrics (main): sees data of dev",
      "heliograph metrics (main): sees data of dev",
    ]);
  });

  it("fail where one gives away another's trace by its id, although it finds none", async () => {
    expect(await verdict({ gives: () => ["dev", "stg"] })).toMatchObject({
      status: "failed",
      detail: `stg traces (main): has trace ${TRACE.dev} of dev; dev traces (main): has trace ${TRACE.stg} of stg`,
    });
  });

  it("fail where a backend does not do what Grafana tests", async () => {
    const { status, detail } = await verdict({ health: 401 });
    expect(status).toBe("failed");
    expect(detail).toContain("dev traces (main): answers 401 to /api/echo: echo");
  });

  it("warn where one is empty although its edge sends", async () => {
    expect(
      await verdict({ sees: (tenants) => tenants.filter((tenant) => tenant !== "stg") }),
    ).toMatchObject({
      status: "warning",
      brief: "6 empty",
      detail: expect.stringContaining("stg logs (main): nothing of stg"),
    });
  });

  it("fail where one has the header of another", async () => {
    const swap = (text: string) =>
      text.replaceAll(/httpHeaderValue1: dev$/gm, "httpHeaderValue1: stg");
    const { status, detail } = await verdict(
      {},
      { acme: { ...organisations.acme, tenants: ["stg"] } },
      swap,
    );
    expect(status).toBe("failed");
    expect(detail.split("; ")[0]).toBe("dev metrics (main): asks for stg");
  });

  it("fail where a customer's organisation has what the stack file does not give it", async () => {
    const none = { acme: { ...organisations.acme, tenants: [] } };
    const { status, detail } = await verdict({}, none);
    expect(status).toBe("failed");
    expect(detail).toContain(
      "organisation acme, dev metrics (main): has dev, which is not its own",
    );
  });
});
