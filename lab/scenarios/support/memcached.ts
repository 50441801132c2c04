import { text } from "node:stream/consumers";
import { HUB_NAMESPACE, MEMCACHED_PORT, memcachedRole } from "@heliograph/heliograph/model";
import { open } from "../../../src/cli/cluster/http";
import { bringImage } from "../../phases/cluster.js";
import { clusterNamed } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { openCluster } from "./hub.js";
import { whileStopped } from "./workloads.js";

export async function bringMemcached({ signal }: ScenarioContext): Promise<void> {
  await bringImage(clusterNamed("ops"), "memcached", signal);
}

/**
 * What is asked for again comes out of the caches of a cell's backend, and without them it comes,
 * too. `ask` records whether everything is there.
 */
export async function checkCaches(
  lab: ScenarioContext,
  [backend, cell]: Parameters<typeof memcachedRole>,
  ask: (when: string) => Promise<unknown>,
): Promise<void> {
  const { instance = "" } = memcachedRole(backend, cell);
  const cluster = openCluster(lab, "ops");
  const pods = await cluster.pods(HUB_NAMESPACE, memcachedRole(backend, cell));
  const hits = async () => {
    const ofPods = pods.map(({ name: pod }) =>
      hitsOf(open(cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: MEMCACHED_PORT }))),
    );
    return (await Promise.all(ofPods)).reduce((sum, count) => sum + count, 0);
  };

  const before = await hits();
  await ask("when they are asked for again");
  const found = (await hits()) - before;
  lab.check(
    "the caches had what was asked for before",
    found > 0,
    `${found} hits in ${pods.length} pods`,
  );

  const object = `statefulset/${instance}` as const;
  const caches = {
    cluster: "ops",
    namespace: HUB_NAMESPACE,
    object,
    replicas: pods.length,
  } as const;
  await whileStopped(lab, caches, () => ask("without the caches"));
}

/** How often a memcached has found what it was asked for, by its own count. */
async function hitsOf(connection: ReturnType<typeof open>): Promise<number> {
  connection.write("stats\r\nquit\r\n");
  const answer = await text(connection);
  const [, count] = /STAT get_hits (\d+)/.exec(answer) ?? [];
  if (count === undefined)
    throw new Error(`memcached does not say how often it has found something: ${answer}`);
  return Number(count);
}
