import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Signal } from "@heliograph/heliograph";
import { fromYaml, SIGNALS } from "@heliograph/heliograph/model";
import { edited } from "../../../src/config/edit";
import { withRequests } from "../../../src/cli/commands/up/requests";
import { statePaths } from "../../state.js";
import type { ScenarioContext } from "../context.js";
import { bringUp } from "./commands.js";

const hubSection = ["config", "heliograph:hub"];

/**
 * The hub's stack file in the lab. At the end of the scenario it is as it was, byte for byte, and
 * so is the hub.
 */
export class HubFile {
  private deployed: string;
  /**
   * An interruption ends the scenario before the update that is under way, which writes the file
   * again when it ends.
   */
  private underway: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly lab: ScenarioContext,
    private readonly path: string,
    private original: string,
    private readonly dependants: readonly string[],
  ) {
    this.deployed = original;
  }

  /**
   * `dependants`: stacks to bring up after the hub in the end, because it will have signed for them
   * anew.
   */
  static async open(lab: ScenarioContext, dependants: readonly string[] = []): Promise<HubFile> {
    const path = join(statePaths().project, "Pulumi.ops.yaml");
    const file = new HubFile(lab, path, await readFile(path, "utf8"), dependants);
    lab.onCleanup("the hub's inventory is as it was", () => file.restore());
    return file;
  }

  /**
   * Sets something of the section heliograph:hub, e.g. `["edges", "dev", "revoked"]`; undefined
   * takes it out.
   */
  async set(path: readonly string[], value: unknown): Promise<void> {
    const text = await readFile(this.path, "utf8");
    await writeFile(
      this.path,
      edited(text, (file) => file.set([...hubSection, ...path], value)),
    );
  }

  /**
   * For what brings the hub up with the file by itself: in the end the hub is brought up again,
   * whatever became of both.
   */
  expectChange(): void {
    this.deployed = "";
  }

  /** For edges that have asked anew: at the end the file has their present requests. */
  async keepRequests(edges: readonly string[]): Promise<void> {
    const { config } = fromYaml(await readFile(this.path, "utf8")) as StackFile;
    const entries = config?.["heliograph:hub"]?.edges;
    this.original = withRequests(
      this.original,
      Object.fromEntries(edges.map((edge) => [edge, entries?.[edge]?.request ?? ""])),
    );
  }

  /** Brings up the hub with the file as it is now. */
  async deploy(): Promise<void> {
    const former = this.deployed;
    // Noted before it is done: an update that fails half-way has to be undone as well.
    this.deployed = await readFile(this.path, "utf8");
    this.underway = this.bringUp(this.deployed, former, ["ops"]);
    await this.underway;
  }

  /** Puts the file back, and brings stacks up where they had been with another one. */
  async restore(): Promise<void> {
    await this.underway.catch(() => undefined);
    const former = await readFile(this.path, "utf8");
    await writeFile(this.path, this.original);
    if (this.deployed === this.original) return;
    await this.bringUp(this.original, former, ["ops", ...this.dependants]);
    this.deployed = this.original;
  }

  /**
   * What the scenario takes out is meant to go, and its data with it: the hub would refuse that
   * otherwise.
   */
  private async bringUp(text: string, former: string, stacks: readonly string[]): Promise<void> {
    const gone = goneFrom(former, text);
    if (gone.length > 0) await this.set(["acceptStranding"], gone);
    await bringUp(this.lab, stacks).finally(() => writeFile(this.path, text));
  }
}

/**
 * Cells, tenants and edges of the hub that another text of its file does not have any more, cells
 * that are one process again, and signals that are kept in another bucket or by another backend, as
 * `acceptStranding` names them.
 */
export function goneFrom(former: string, text: string): string[] {
  const [before, after] = [former, text].map(
    (file) => (fromYaml(file) as StackFile | undefined)?.config,
  );
  const gone = (["cells", "tenants", "edges"] as const).flatMap((kind) => {
    const left = Object.keys(after?.["heliograph:hub"]?.[kind] ?? {});
    const had = Object.keys(before?.["heliograph:hub"]?.[kind] ?? {});
    return had.filter((name) => !left.includes(name)).map((name) => `${kind}.${name}`);
  });
  const stores = storesOf(after);
  const changed = [...storesOf(before)].flatMap(([key, was]) => {
    const now = stores.get(key);
    if (!now) return [];
    const joined = was.topology === "microservices" && now.topology !== "microservices";
    const moved = (["bucket", "backend"] as const).filter(
      (what) => !isDeepStrictEqual(was[what], now[what]),
    );
    return [...(joined ? ["topology"] : []), ...moved].map((what) => `${key}.${what}`);
  });
  return [...gone, ...changed];
}

/** What keeps each signal of each cell, by its name in `acceptStranding`. */
function storesOf(config: StackFile["config"]): Map<string, StoreSection> {
  const cells = Object.entries(config?.["heliograph:hub"]?.cells ?? {});
  return new Map(
    cells.flatMap(([cell, signals]) =>
      SIGNALS.flatMap((signal): [string, StoreSection][] => {
        const store = signals[signal];
        return store ? [[`cells.${cell}.${signal}`, store]] : [];
      }),
    ),
  );
}

interface StoreSection {
  readonly topology?: string;
  readonly bucket?: object;
  readonly backend?: string;
}

interface StackFile {
  readonly config?: {
    readonly "heliograph:hub"?: {
      readonly tenants?: object;
      readonly edges?: Readonly<Record<string, { readonly request?: string }>>;
      readonly cells?: Readonly<Record<string, Readonly<Partial<Record<Signal, StoreSection>>>>>;
    };
  };
}
