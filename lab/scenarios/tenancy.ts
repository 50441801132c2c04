import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { distinguishedName, type EdgeIdentity } from "@heliograph/heliograph/model";
import { request, type Tls } from "../../src/cli/cluster/http";
import type { HubView } from "../../src/cli/commands/verify/hub";
import type { Scenario, ScenarioContext } from "./context.js";
import { askForCertificate, foreignAuthority, hubAuthority, mint } from "./support/certificates.js";
import { letIn } from "./support/extra-edges.js";
import { HubFile } from "./support/hub-file.js";
import { openHub, tlsOf } from "./support/hub.js";
import { counts, type Probe, Probes } from "./support/probes.js";
import { waysIn } from "./support/ways-in.js";

const hour = 3_600_000;
const refused = 503;
/** Kubelet's sync period, its cache's delay, and the reloader. */
const revocationSeconds = 120;

const dev: EdgeIdentity = { name: "dev", keyGeneration: 1 };
const prd: EdgeIdentity = { name: "prd", keyGeneration: 1 };
/** Edges that are there for this scenario only: one is revoked, the other is at its second key. */
const guest = { tenant: "guests" };
const rotated = { tenant: "guests", keyGeneration: 2 };

/** A client writes as whom its certificate names, or not at all, by whatever way in. */
export const tenancy: Scenario = {
  name: "tenancy",
  summary:
    "nobody writes into another's tenant, without a certificate of the hub, after revocation; nothing is read",
  needs: "deployment",
  async run(lab) {
    const file = await HubFile.open(lab);
    await checkForeignSubject(lab, file);

    lab.log("letting two more edges in");
    const extra = await letIn(lab, file, { guest, rotated });
    const hub = await openHub(lab);
    const probes = new Probes(lab, hub);
    const tls = await tlsOf(lab, hub, "dev");

    await checkForgedTenant(lab, probes, tls);
    await checkRefused(lab, probes, tls, extra.rotated);
    await checkReads(lab, hub, tls);
    await checkRevocation(lab, probes, file, extra);
  },
};

/** An edge that asks to be another one is found out before anything is signed. */
async function checkForeignSubject(lab: ScenarioContext, file: HubFile): Promise<void> {
  const { request } = await askForCertificate(prd);
  await file.set(["edges", "dev", "request"], request);
  const { code, stdout, stderr } = await lab.heliograph(["preview", "ops"]);
  await file.restore();
  const said = stdout + stderr;
  lab.check(
    "preview refuses a request of dev with the subject of prd",
    code === 1,
    `exit code ${code}`,
  );
  const named = [distinguishedName(dev), distinguishedName(prd)].filter((name) =>
    said.includes(name),
  );
  lab.check("it names both subjects", named.length === 2, named.join(" and "));
}

async function checkForgedTenant(lab: ScenarioContext, probes: Probes, tls: Tls): Promise<void> {
  for (const forged of ["prd", "dev|prd"]) {
    const written = await probes.write(tls, { "x-scope-orgid": forged });
    const found = await probes.foundAll(written);
    const ok = isDeepStrictEqual(found, { dev: written.length });
    lab.check(
      `dev's certificate with X-Scope-OrgID: ${forged} writes into dev and no other`,
      ok,
      counts(found),
    );
  }
}

async function checkRefused(
  lab: ScenarioContext,
  probes: Probes,
  tls: Tls,
  rotatedTls: Tls,
): Promise<void> {
  const authority = await hubAuthority(lab);
  const foreign = await foreignAuthority(authority);
  const expired = { from: new Date(Date.now() - 24 * hour), to: new Date(Date.now() - hour) };
  const former = { name: "rotated", keyGeneration: 1 };
  const clients: Record<string, Partial<Tls>> = {
    "no certificate": { certificate: undefined, key: undefined },
    "dev's subject from a foreign CA of the same name": await mint(foreign, dev),
    "an expired certificate of dev": await mint(authority, dev, expired),
    "a good certificate of an edge that is not listed": await mint(authority, {
      name: "stranger",
      keyGeneration: 1,
    }),
    "a good certificate of an older key generation": await mint(authority, former),
  };
  const all: Probe[] = [];
  for (const [what, identity] of Object.entries(clients)) {
    const written = await probes.write({ ...tls, ...identity }, { "x-scope-orgid": "dev" });
    lab.check(`${what} is refused`, written.every(isRefused), answers(written));
    all.push(...written);
  }
  // Certificates made here are refused for what is wrong with them, not for how they are made.
  const good = [
    ...(await probes.write({ ...tls, ...(await mint(authority, dev)) })),
    ...(await probes.write({
      ...tls,
      ...(await mint(authority, { ...former, keyGeneration: 2 })),
    })),
    ...(await probes.write(rotatedTls)),
  ];
  lab.check("the same with nothing wrong is taken", good.every(isTaken), answers(good));
  await checkNothingStored(lab, probes, { refused: all, taken: good });
}

/** Once what was written later is found, those that are not found are not there. */
async function checkNothingStored(
  lab: ScenarioContext,
  probes: Probes,
  written: { refused: readonly Probe[]; taken: readonly Probe[] },
): Promise<void> {
  const control = await probes.foundAll(written.taken);
  const stored = await probes.found(written.refused);
  const arrived =
    Object.values(control).reduce((sum, count) => sum + count, 0) === written.taken.length;
  lab.check(
    `nothing of ${written.refused.length} refused writes is stored in any tenant`,
    arrived && isDeepStrictEqual(stored, {}),
    `${counts(stored)}; of ${written.taken.length} written after them ${counts(control)}`,
  );
}

async function checkReads(lab: ScenarioContext, hub: HubView, tls: Tls): Promise<void> {
  const reads = [
    "/prometheus/api/v1/query?query=up",
    "/prometheus/api/v1/labels",
    "/loki/api/v1/labels",
    "/api/search",
    "/config",
    ...waysIn.map(({ path }) => path),
  ];
  const asked = (await hub.gateways()).flatMap(({ write }) =>
    reads.map((path) => request({ ...write, tls, path, headers: { "x-scope-orgid": "dev" } })),
  );
  const got = await Promise.all(asked);
  const bodies = [...new Set(got.map(({ body }) => body.trim()))];
  lab.check(
    `${got.length} reads at the write port are refused`,
    got.every(({ status }) => status === 405) && bodies.length === 1,
    `405, "${bodies.join('", "')}"`,
  );
}

async function checkRevocation(
  lab: ScenarioContext,
  probes: Probes,
  file: HubFile,
  extra: Record<"guest" | "rotated", Tls>,
): Promise<void> {
  const before = await probes.write(extra.guest);
  const found = await probes.foundAll(before);
  const letIn =
    before.every(isTaken) && isDeepStrictEqual(found, { [guest.tenant]: before.length });
  lab.check("an edge of the inventory is let in", letIn, `${answers(before)}; ${counts(found)}`);

  await file.set(["edges", "guest", "revoked"], true);
  lab.log("revoking it");
  await file.deploy();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  let last = await probes.write(extra.guest);
  while (!last.every(isRefused) && seconds() < revocationSeconds) {
    await pause(500, undefined, { signal: lab.signal });
    last = await probes.write(extra.guest);
  }
  const ended = `${seconds().toFixed(1)} s after the end of \`up\``;
  lab.check(
    "revoked, it is refused by every pod",
    last.every(isRefused),
    `${ended}; ${answers(last)}`,
  );
  // The other edge of its tenant goes on: shutting one out touches no other.
  await checkNothingStored(lab, probes, {
    refused: last,
    taken: await probes.write(extra.rotated),
  });
}

function isRefused({ answer }: Probe): boolean {
  return answer.status === refused;
}

function isTaken({ answer }: Probe): boolean {
  return Math.floor(answer.status / 100) === 2;
}

/** What was answered, and by which ways in where they differ. */
function answers(probes: readonly Probe[]): string {
  const ways = new Map<string, Set<string>>();
  for (const { answer, way } of probes) {
    const said = `${answer.status} ${answer.body.trim()}`.trim();
    ways.set(said, (ways.get(said) ?? new Set()).add(way.name));
  }
  const lines = [...ways].map(([said, names]) =>
    ways.size > 1 ? `${said} (${[...names].join(", ")})` : said,
  );
  return `${probes.length} answers by ${waysIn.length} ways in: ${lines.join("; ")}`;
}
