/**
 * Proves: the published package, installed from its tarball into an empty Pulumi project outside of
 * the repository, compiles with the options of `pulumi new typescript`, and runs under mocks with
 * ts-node, vitest and plain JavaScript; it loads no SDK of a cloud, and what it takes on disk.
 * Does not prove: that an engine takes it. Needs the npm registry; `npm run test:package` runs it.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import root from "../../package.json";

const run = promisify(execFile);
const repository = join(__dirname, "../..");
let folder: string;

const HUB = `import { HubObservability, MtlsPki, ObjectStoreBucket } from "@heliograph/heliograph";
const host = "ingest.example.com";
const pki = new MtlsPki("pki", { authority: { serverNames: [host] } });
const bucket = new ObjectStoreBucket("metrics", {
  s3: { existing: { bucket: "contoso-metrics", region: "me-central-1", podIdentity: true } },
});
const hub = new HubObservability("hub", {
  gateway: {
    host,
    serverCertificate: pki.serverCertificate,
    serverPrivateKey: pki.serverPrivateKey,
    clientTrustBundle: pki.trustBundle,
  },
  cells: { main: { metrics: { bucket: bucket.connection } } },
  tenants: { dev: { retentionDays: 30 } },
  edges: {
    dev: {
      tenant: "dev", keyGeneration: 1, outage: "6h", activeSeries: 200_000,
      environment: "dev", region: "me-central-1",
    },
  },
  certificates: pki.certificates,
});
export const edges = hub.edges;
`;

const EDGE = `import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, MtlsPki, type EdgeConnection } from "@heliograph/heliograph";
const pki = new MtlsPki("pki", { identity: { edge: "dev" } });
export function connect(connection: EdgeConnection): EdgeAgent {
  return new EdgeAgent("edge", { connection, privateKey: pki.privateKey });
}
export const request: pulumi.Output<string> = pki.request;
`;

const MOCKS = `import * as pulumi from "@pulumi/pulumi";
export const made: string[] = [];
void pulumi.runtime.setMocks({
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    made.push(type);
    const pem = Object.fromEntries(
      ["certPem", "privateKeyPem", "certRequestPem"].map((key) => [key, name + "." + key]),
    );
    return { id: name, state: { ...inputs, ...pem } };
  },
});
`;

/** Prints what was made, and the SDKs of clouds that were loaded: none. */
const MAIN = `import { made } from "./mocks";
import * as pulumi from "@pulumi/pulumi";
import { edges } from "./hub";
import { request } from "./edge";
import { decodeHub } from "@heliograph/heliograph/model";
pulumi.all([edges, request]).apply(([known, asked]) => {
  const clouds = Object.keys(require.cache).filter((file) => /@pulumi.(aws|gcp|azure)/.test(file));
  const answer = { edges: Object.keys(known), asked, clouds, model: typeof decodeHub };
  process.once("exit", () =>
    console.log("ANSWER " + JSON.stringify({ ...answer, some: made.length > 20 })),
  );
});
`;

const ANSWER = {
  edges: ["dev"],
  asked: "pki-identity-request-1.certRequestPem",
  clouds: [],
  model: "function",
  some: true,
};

const OPTIONS = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  sourceMap: true,
  experimentalDecorators: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};
const FILES = ["hub.ts", "edge.ts", "mocks.ts", "main.ts"];

/** What a Pulumi program has today, and what newer templates have. */
const CONFIGURATIONS = {
  commonjs: { module: "commonjs", moduleResolution: "node" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
};

/** What it printed is part of its failure: compilers complain on standard output. */
const inFolder = (command: string, ...args: string[]) =>
  run(command, args, { cwd: folder, maxBuffer: 16 << 20 }).catch(
    (failure: Error & { stdout: string }) => {
      throw new Error(`${failure.message}\n${failure.stdout}`);
    },
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heliograph-consumer-"));
  await run("npm", ["run", "--silent", "package"], { cwd: repository });
  const dist = join(repository, "components/dist");
  const packed = await run("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: dist,
  });
  const pinned = (names: readonly string[]) =>
    names.map((name) => `${name}@${{ ...root.dependencies, ...root.devDependencies }[name]}`);
  const sdks = pinned(["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/tls"]);
  const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer" }));
  await inFolder("npm", ...install, `./${packed.stdout.trim()}`, ...sdks);
  const { stdout } = await run("du", ["-sm", "node_modules"], { cwd: folder });
  console.log(`installed: ${stdout.split("\t")[0]} MB, ${packed.stdout.trim()}`);
  const tools = [...pinned(["@types/node", "typescript", "vitest"]), "ts-node@10.9.2"];
  await inFolder("npm", ...install, "--save-dev", ...tools);
  const sources = { "hub.ts": HUB, "edge.ts": EDGE, "mocks.ts": MOCKS, "main.ts": MAIN };
  for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
  for (const [name, options] of Object.entries(CONFIGURATIONS)) {
    const config = { compilerOptions: { ...OPTIONS, ...options }, files: FILES };
    await writeFile(join(folder, `tsconfig.${name}.json`), JSON.stringify(config));
  }
}, 900_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const answerOf = ({ stdout }: { stdout: string }): unknown =>
  JSON.parse(/^ANSWER (.*)$/m.exec(stdout)?.[1] ?? "null");

test("a hub of 25 lines, and an edge of 8", () => {
  expect(HUB.trim().split("\n").length).toBeLessThanOrEqual(25);
  expect(EDGE.trim().split("\n").length).toBeLessThanOrEqual(8);
});

test.each(Object.keys(CONFIGURATIONS))("compiles and runs as %s", async (name) => {
  const compiler = "node_modules/typescript/bin/tsc";
  await inFolder(process.execPath, compiler, "-p", `tsconfig.${name}.json`);
  expect(answerOf(await inFolder(process.execPath, "bin/main.js"))).toEqual(ANSWER);
});

test("runs with ts-node, which checks types, too", async () => {
  const tsNode = ["node_modules/ts-node/dist/bin.js", "--project", "tsconfig.commonjs.json"];
  expect(answerOf(await inFolder(process.execPath, ...tsNode, "main.ts"))).toEqual(ANSWER);
});

test("runs with vitest", async () => {
  const text = `import { expect, test } from "vitest";
import "./mocks";
test("request", async () => {
  const { request } = await import("./edge");
  const known = await new Promise((resolve) => request.apply(resolve));
  expect(known).toBe(${JSON.stringify(ANSWER.asked)});
});
`;
  await writeFile(join(folder, "edge.test.ts"), text);
  await inFolder(process.execPath, "node_modules/vitest/vitest.mjs", "run", "edge.test.ts");
});

test("holds nothing but code, declarations and its page", async () => {
  const home = join(folder, "node_modules/@heliograph/heliograph");
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const others = names
    .filter((entry) => entry.isFile() && !/\.(js|d\.ts)$/.test(entry.name))
    .map(({ name }) => name);
  expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json", "versions.json"]);
  const { dependencies } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as {
    dependencies: object;
  };
  expect(Object.keys(dependencies)).toEqual([
    "@grafana/grafana-foundation-sdk",
    "@grafana/lezer-logql",
    "@lezer/highlight",
    "@lezer/lr",
    "@peculiar/x509",
    "@prometheus-io/lezer-promql",
    "fastest-levenshtein",
    "js-yaml",
    "re2js",
    "reflect-metadata",
    "zod",
  ]);
});
