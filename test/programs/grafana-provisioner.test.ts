/**
 * Proves: what the container beside Grafana does with Grafana's API, with the real curl and shell,
 * against a server that answers as its documentation says. Does not prove: that Grafana answers so.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  prepareScript,
  provisionerScript,
  READY_FILE,
} from "../../components/hub/grafana/provisioner";
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
  password = PASSWORD;
  private server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const say = (status: number, body: object) =>
        response.writeHead(status).end(JSON.stringify(body));
      const { url = "", method } = request;
      if (url === "/api/health") return say(200, { database: "ok" });
      const expected = `Basic ${Buffer.from(`admin:${this.password}`).toString("base64")}`;
      if (request.headers.authorization !== expected)
        return say(401, { message: "Invalid username or password" });
      const name = decodeURIComponent(/^\/api\/orgs\/name\/(.*)$/.exec(url)?.[1] ?? "");
      if (name) {
        const id = this.organisations.get(name);
        return id
          ? say(200, { id, name, address: { city: "" } })
          : say(404, { message: "Organization not found" });
      }
      if (url === "/api/org") return say(200, { id: 1, name: "Main Org." });
      if (url === "/api/admin/provisioning/datasources/reload" && method === "POST") {
        this.reloads.push(written().join(" "));
        return say(200, { message: "Datasources config reloaded" });
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
const written = () => readdirSync(target()).sort();
const read = (file: string) => readFileSync(join(target(), file), "utf8").trim();
const deploy = (file: string, text: string) =>
  writeFileSync(join(folder, "datasources", file), `${text}\n`);
const model = () => ({
  grafana: `http://127.0.0.1:${grafana.port}`,
  paths: {
    datasources: join(folder, "datasources"),
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
const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 50 });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-grafana-"));
  for (const name of ["datasources", "secrets", "provisioning"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "secrets", "curl.conf"), curlConfig("admin", PASSWORD));
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
