/**
 * Proves: what the container beside Grafana does with Grafana's API, with the real curl and shell,
 * against a server that answers as its documentation says. Does not prove: that Grafana answers so.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  prepareScript,
  provisionerScript,
  READY_FILE,
} from "../../components/hub/grafana/provisioner";
import { providerFiles } from "../../components/hub/grafana/dashboards";
import { fromYaml, toYaml } from "../../components/kit/yaml";
import { curlConfig } from "../../components/storage/credentials";

const PASSWORD = 'a "quoted" \\ one';

let folder: string;
let grafana: FakeGrafana;
let running: ChildProcess | undefined;

/**
 * Organisations, a count of reloads, and the password:
 * https://grafana.com/docs/grafana/v13.2/developer-resources/api-reference/http-api/organization/
 */
class FakeGrafana {
  readonly organisations = new Map([["Main Org.", 1]]);
  readonly reloads: string[] = [];
  readonly lists: string[] = [];
  readonly requests: string[] = [];
  /** Of dashboards, each with the files of providers and of dashboards that there were. */
  readonly boards: string[] = [];
  home = "";
  readonly homes: string[] = [];
  password = PASSWORD;
  private server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const say = (status: number, body: object) =>
        response.writeHead(status).end(JSON.stringify(body));
      const { url = "", method } = request;
      this.requests.push(url);
      if (url === "/api/health") return say(200, { database: "ok" });
      const expected = `Basic ${Buffer.from(`admin:${this.password}`).toString("base64")}`;
      if (request.headers.authorization !== expected)
        return say(401, { message: "Invalid username or password" });
      if (url.startsWith("/api/orgs?")) {
        this.lists.push(url);
        return say(
          200,
          [...this.organisations].map(([name, id]) => ({ id, name })),
        );
      }
      if (url === "/api/org") return say(200, { id: 1, name: "Main Org." });
      if (url === "/api/admin/provisioning/datasources/reload" && method === "POST") {
        this.reloads.push(written().join(" "));
        return say(200, { message: "Datasources config reloaded" });
      }
      if (url === "/api/admin/provisioning/dashboards/reload" && method === "POST") {
        this.boards.push(files("dashboards", "boards").join(" "));
        return say(200, { message: "Dashboards config reloaded" });
      }
      if (url === "/api/org/preferences" && method === "GET")
        return say(200, { theme: "", homeDashboardUID: this.home });
      if (url === "/api/org/preferences" && method === "PATCH") {
        request.on("data", (body: Buffer) => {
          const { homeDashboardUID } = JSON.parse(body.toString()) as { homeDashboardUID: string };
          this.homes.push(`${request.headers["x-grafana-org-id"]}: ${homeDashboardUID}`);
          this.home = homeDashboardUID;
          say(200, { message: "Preferences updated" });
        });
        return undefined;
      }
      if (url !== "/api/orgs" || method !== "POST") return say(404, {});
      request.on("data", (body: Buffer) => {
        const asked = (JSON.parse(body.toString()) as { name: string }).name;
        if (this.organisations.has(asked)) return say(409, { message: "Organization name taken" });
        this.organisations.set(asked, this.organisations.size + 6);
        return say(200, { message: "Organization created", orgId: this.organisations.get(asked) });
      });
      return undefined;
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

const target = () => join(folder, "provisioning", "datasources");
/** Paths below the provisioning files. */
const files = (...folders: string[]) =>
  folders
    .flatMap((name) =>
      readdirSync(join(folder, "provisioning", name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(join(folder, "provisioning"), join(entry.parentPath, entry.name))),
    )
    .sort();
const written = () => readdirSync(target()).sort();
const read = (file: string) => readFileSync(join(target(), file), "utf8").trim();
const deploy = (file: string, text: string) =>
  writeFileSync(join(folder, "datasources", file), `${text}\n`);
const board = (path: string, text: string) => {
  const file = join(folder, "deployed", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const model = () => ({
  grafana: `http://127.0.0.1:${grafana.port}`,
  paths: {
    datasources: join(folder, "datasources"),
    dashboards: join(folder, "deployed"),
    secrets: join(folder, "secrets"),
    provisioning: join(folder, "provisioning"),
  },
  temporary: folder,
});

function run(script: string): { ended: Promise<number | null>; said(): string[] } {
  const child = spawn("/bin/sh", ["-c", script], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  running = child;
  let output = "";
  child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
  const said = () =>
    output
      .split("\n")
      .flatMap((line) =>
        line ? [(JSON.parse(line) as { provisioning: string }).provisioning] : [],
      );
  return { ended: new Promise((resolve) => child.once("exit", resolve)), said };
}
const LONG = { timeout: 100_000, interval: 50 };
const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-grafana-"));
  for (const name of ["datasources", "secrets", "provisioning"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "secrets", "curl.conf"), curlConfig("admin", PASSWORD));
  for (const [file, content] of Object.entries(providerFiles(join(folder, "provisioning"))))
    board(`providers/${file}`, toYaml(content));
  board("operators/Fleet/fleet.json", '{"uid":"fleet"}');
  board("operators/Two words/both.json", '{"uid":"both"}');
  board("everyone/Two words/both.json", '{"uid":"both"}');
  board("organisations/acme/Own/own.json", '{"uid":"own"}');
  deploy("datasources.yaml", "- orgId: 1");
  deploy("organisation.acme.yaml", "- orgId: 0");
  grafana = new FakeGrafana();
  await grafana.start();
});
afterEach(() => {
  if (running?.pid && running.exitCode === null) process.kill(-running.pid);
  grafana.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("before Grafana starts", () => {
  it("there is everything but what needs numbers of organisations", async () => {
    expect(await run(prepareScript(model(), false)).ended).toBe(0);
    expect(written()).toEqual(["datasources.yaml"]);
    expect(readdirSync(join(folder, "provisioning")).sort()).toEqual([
      "alerting",
      "boards",
      "dashboards",
      "datasources",
      "plugins",
    ]);
  });

  it("another pod is asked for the numbers, where there is one, and asked to make nothing", async () => {
    expect(await run(prepareScript(model(), true)).ended).toBe(0);
    expect(written()).toEqual(["datasources.yaml"]);
    expect(grafana.organisations.size).toBe(1);
    grafana.organisations.set("acme", 4);
    expect(await run(prepareScript(model(), true)).ended).toBe(0);
    expect(read("organisation.acme.yaml")).toBe("- orgId: 4");
    grafana.stop();
    expect(await run(prepareScript(model(), true)).ended).toBe(0);
    expect(written()).toEqual(["datasources.yaml"]);
  });
});

describe("beside Grafana", () => {
  const start = async () => {
    expect(await run(prepareScript(model(), false)).ended).toBe(0);
    return run(provisionerScript(model(), 0.1));
  };

  it("makes organisations, loads their data sources once, and then whatever changes", async () => {
    const { said } = await start();
    await soon(() => expect(grafana.reloads).toEqual(["datasources.yaml organisation.acme.yaml"]));
    expect(grafana.organisations.get("acme")).toBe(7);
    expect(read("organisation.acme.yaml")).toBe("- orgId: 7");
    await soon(() => expect(readdirSync(folder)).toContain(READY_FILE));

    deploy("organisation.globex.yaml", "- orgId: 0");
    await soon(() => expect(grafana.reloads).toHaveLength(2));
    expect(read("organisation.globex.yaml")).toBe("- orgId: 8");

    rmSync(join(folder, "datasources", "organisation.acme.yaml"));
    await soon(() =>
      expect(grafana.reloads.at(-1)).toBe("datasources.yaml organisation.globex.yaml"),
    );
    expect(grafana.reloads).toHaveLength(3);
    expect(said().every((line) => /^loaded [0-9a-f]{64}$/.test(line))).toBe(true);
  });

  it("loads each part of what has several, and takes away those that are gone", async () => {
    deploy("datasources.2.yaml", "- orgId: 1");
    deploy("organisation.acme.2.yaml", "- orgId: 0");
    await start();
    const all =
      "datasources.2.yaml datasources.yaml organisation.acme.2.yaml organisation.acme.yaml";
    await soon(() => expect(grafana.reloads).toEqual([all]));
    expect(read("organisation.acme.2.yaml")).toBe("- orgId: 7");
    expect(grafana.organisations.size).toBe(2);

    for (const file of ["datasources.2.yaml", "organisation.acme.2.yaml"])
      rmSync(join(folder, "datasources", file));
    await soon(() =>
      expect(grafana.reloads.at(-1)).toBe("datasources.yaml organisation.acme.yaml"),
    );
  });

  it("asks for a hundred organisations once in a round, not for each", async () => {
    for (let customer = 0; customer < 100; customer += 1)
      deploy(`organisation.customer-${customer}.yaml`, "- orgId: 0");
    await start();
    await vi.waitFor(() => expect(grafana.organisations.size).toBe(102), LONG);
    await vi.waitFor(() => expect(grafana.reloads).toHaveLength(1), LONG);
    expect(read("organisation.customer-99.yaml")).toMatch(/^- orgId: \d+$/);
    const { requests } = grafana;
    const [before, lists] = [requests.length, grafana.lists.length];
    await vi.waitFor(() => expect(grafana.lists.length).toBeGreaterThan(lists + 3), LONG);
    // Of a round: how it is, whether the password is right, and the list.
    expect((requests.length - before) / (grafana.lists.length - lists)).toBeLessThan(5);
  });

  it("gives operators all dashboards, and each organisation those of everybody and its own", async () => {
    const boards = [
      "everyone/Two words/both.json",
      "operators/Fleet/fleet.json",
      "operators/Two words/both.json",
      "organisations/acme/Own/own.json",
    ]
      .map((path) => `boards/${path}`)
      .join(" ");
    await start();
    await soon(() =>
      expect(grafana.boards).toEqual([
        `${boards} dashboards/operators.yaml dashboards/organisation.acme.yaml`,
      ]),
    );
    const provider = (file: string) =>
      (
        fromYaml(readFileSync(join(folder, "provisioning", "dashboards", file), "utf8")) as {
          providers: { name: string; orgId: number; options: { path: string } }[];
        }
      ).providers;
    expect(provider("operators.yaml")).toMatchObject([
      {
        name: "operators",
        orgId: 1,
        options: { path: join(folder, "provisioning", "boards", "operators") },
      },
    ]);
    const own = join(folder, "provisioning", "boards", "organisations", "acme");
    expect(provider("organisation.acme.yaml")).toMatchObject([
      {
        name: "organisation acme",
        orgId: 7,
        options: { path: join(folder, "provisioning", "boards", "everyone") },
      },
      { name: "own of organisation acme", orgId: 7, options: { path: own } },
    ]);

    board("everyone/Two words/both.json", '{"uid":"both","title":"Both"}');
    rmSync(join(folder, "deployed", "operators", "Fleet"), { recursive: true });
    await soon(() => expect(grafana.boards.at(-1)).not.toContain("fleet.json"));
    const file = join(folder, "provisioning", "boards", "everyone", "Two words", "both.json");
    expect(readFileSync(file, "utf8")).toContain("Both");
  });

  it("makes the overview the operators' first page, unless they have chosen another", async () => {
    await start();
    await soon(() => expect(grafana.homes).toEqual(["1: heliograph-fleet"]));
    grafana.home = "chosen";
    deploy("organisation.globex.yaml", "- orgId: 0");
    await soon(() => expect(grafana.boards.length).toBeGreaterThan(1));
    expect(grafana.homes).toHaveLength(1);
    expect(grafana.home).toBe("chosen");
  });

  it("takes the numbers away while Grafana is away: it might not start with one that is gone", async () => {
    const { said } = await start();
    await soon(() => expect(grafana.reloads).toHaveLength(1));
    grafana.stop();
    await soon(() => expect(written()).toEqual(["datasources.yaml"]));
    grafana.organisations.delete("acme");
    await grafana.start();
    await soon(() => expect(grafana.reloads).toHaveLength(2));
    expect(grafana.organisations.has("acme")).toBe(true);
    expect(said()).toContain("Grafana does not answer");
  });

  it("says so when the password is another one, and nobody is led to it", async () => {
    grafana.password = "changed in Grafana";
    const { said } = await start();
    await soon(() =>
      expect(said()).toEqual(["refused: the password of admin is not the one that was deployed"]),
    );
    expect(readdirSync(folder)).not.toContain(READY_FILE);
    expect(grafana.reloads).toEqual([]);
  });
});
