import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { tryRun } from "../host/run.js";
import type { ScenarioContext } from "../scenarios/context.js";
import { installPlugin } from "../plugins/index.js";
import { repository, statePaths } from "../state.js";
import { timeInTurn, type Figure, type Measured } from "./figure.js";
import { CLOUD_BUCKETS, clouds, type Cloud } from "./clouds/buckets.js";
import { addHubStack } from "./hub-stack.js";
import { addStack } from "./stack.js";
import { median } from "./statistics.js";

const rounds = 5;

export const previewOfHub = previewOverConfigMap(
  "preview-hub",
  "ops",
  "preview of the hub, over a program with one ConfigMap as Pulumi runs it",
);
export const previewOfEdge = previewOverConfigMap(
  "preview-edge",
  "dev",
  "preview of an edge, over the same",
);

export const previewOfManyEdges: Figure = {
  name: "preview-100-edges",
  what: "preview of a new hub with 100 edges, over one with 3",
  unit: "ratio",
  aim: 2,
  async measure(lab) {
    await addHubStack(lab, "bench-few", 3);
    await addHubStack(lab, "bench-many", 100);
    return ratio(
      await timeInTurn(lab, rounds, {
        many: () => preview(lab, "bench-many"),
        few: () => preview(lab, "bench-few"),
      }),
    );
  },
};

export const previewOfClouds: Figure = {
  name: "preview-clouds",
  what: "preview of a new hub whose buckets a cloud makes, over one with s3-compatible, the most of three clouds",
  unit: "ratio",
  aim: 1.3,
  async measure(lab) {
    const plugins = join(statePaths().root, "bench-clouds");
    lab.onCleanup("the stand-ins for the clouds' providers are gone", () =>
      rm(plugins, { recursive: true, force: true }),
    );
    const entryPoint = join(__dirname, "clouds", "provider.ts");
    for (const cloud of clouds)
      await installPlugin(`pulumi-resource-${cloud}`, entryPoint, plugins);
    const withPlugins = {
      ...lab,
      env: { ...lab.env, PATH: [plugins, lab.env["PATH"]].join(delimiter) },
    };
    const stackOf = (cloud: Cloud | "compatible") => `bench-${cloud}`;
    await addHubStack(lab, stackOf("compatible"), 3);
    for (const cloud of clouds) await addHubStack(lab, stackOf(cloud), 3, CLOUD_BUCKETS[cloud]);
    const all = ["compatible", ...clouds] as const;
    const work = Object.fromEntries(
      all.map((cloud) => [cloud, () => preview(withPlugins, stackOf(cloud))]),
    );
    const seconds = await timeInTurn(
      lab,
      rounds,
      work as Record<Cloud | "compatible", () => Promise<void>>,
    );
    const below = median(seconds.compatible);
    const ratios = clouds.map((cloud) => ({ cloud, value: median(seconds[cloud]) / below }));
    const each = ratios.map(({ cloud, value }) => `${cloud} ${value.toFixed(2)}`).join(", ");
    return {
      value: Math.max(...ratios.map(({ value }) => value)),
      from: `${each}; over ${below.toFixed(2)} s, medians of ${rounds} in turn, without what the official providers take to start`,
    };
  },
};

function previewOverConfigMap(name: string, stack: string, what: string): Figure {
  return {
    name,
    what,
    unit: "ratio",
    aim: 1.5,
    async measure(lab) {
      const folder = await smallestProject(lab);
      const { whole, smallest, unchecked } = await timeInTurn(lab, rounds, {
        whole: () => preview(lab, stack),
        smallest: () => preview(lab, smallestStack, { folder }),
        unchecked: () => preview(lab, smallestStack, { folder, unchecked: true }),
      });
      const without = median(unchecked);
      const stricter = `${(median(whole) / without).toFixed(2)} without its type check (${without.toFixed(2)} s)`;
      const { value, from } = ratio({ many: whole, few: smallest });
      return { value, from: `${from}; ${stricter}` };
    },
  };
}

function ratio({ many, few }: Record<"many" | "few", number[]>): Measured {
  const [above, below] = [median(many), median(few)];
  return {
    value: above / below,
    from: `${above.toFixed(2)} s over ${below.toFixed(2)} s, medians of ${rounds} in turn`,
  };
}

interface PreviewOptions {
  readonly folder?: string;
  /** Spares a program that Pulumi compiles the check of its types; ours is spared it anyway. */
  readonly unchecked?: boolean;
}

async function preview(
  lab: ScenarioContext,
  stack: string,
  { folder = statePaths().project, unchecked = false }: PreviewOptions = {},
): Promise<void> {
  const args = ["preview", "--stack", stack, "--non-interactive"];
  const { code, stdout, stderr } = await tryRun("pulumi", args, {
    env: { ...lab.env, PULUMI_OPTION_CWD: folder, PULUMI_NODEJS_TRANSPILE_ONLY: String(unchecked) },
    signal: lab.signal,
  });
  if (code !== 0)
    throw new Error(`pulumi ${args.join(" ")} ended with exit code ${code}:\n${stdout}\n${stderr}`);
}

const smallestStack = "bench-config-map";

/** The least that a Pulumi program for Kubernetes can be: what every preview costs. */
async function smallestProject(lab: ScenarioContext): Promise<string> {
  const folder = join(statePaths().root, "bench");
  lab.onCleanup("the program with one ConfigMap is gone", () =>
    rm(folder, { recursive: true, force: true }),
  );
  await mkdir(folder, { recursive: true });
  const files = {
    "Pulumi.yaml": "name: bench\nruntime: nodejs\nmain: index.ts\n",
    "package.json": JSON.stringify({ name: "bench", main: "index.ts" }),
    "tsconfig.json": await readFile(join(repository, "tsconfig.json"), "utf8"),
    "index.ts": `import * as k8s from "@pulumi/kubernetes";
const provider = new k8s.Provider("cluster", { context: "dev" });
new k8s.core.v1.ConfigMap("one", { metadata: { name: "one", namespace: "default" }, data: { key: "value" } }, { provider });
`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await rm(join(folder, "node_modules"), { force: true });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  await addStack(lab, smallestStack, folder);
  return folder;
}
