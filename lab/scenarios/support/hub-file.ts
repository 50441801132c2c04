import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { statePaths } from "../../state.js";
import type { ScenarioContext } from "../context.js";
import { bringUp } from "./commands.js";

const hubSection = ["config", "heliograph:hub"];

/** The hub's stack file in the lab. At the end of the scenario it is as it was, byte for byte, and so is the hub. */
export class HubFile {
  private deployed: string;

  private constructor(
    private readonly lab: ScenarioContext,
    private readonly path: string,
    private readonly original: string,
    private readonly dependants: readonly string[],
  ) {
    this.deployed = original;
  }

  /** `dependants`: stacks to bring up after the hub in the end, because it will have signed for them anew. */
  static async open(lab: ScenarioContext, dependants: readonly string[] = []): Promise<HubFile> {
    const path = join(statePaths().project, "Pulumi.ops.yaml");
    const file = new HubFile(lab, path, await readFile(path, "utf8"), dependants);
    lab.onCleanup("the hub's inventory is as it was", () => file.restore());
    return file;
  }

  /** Sets something of the section heliograph:hub, e.g. `["edges", "dev", "revoked"]`; undefined takes it out. */
  async set(path: readonly string[], value: unknown): Promise<void> {
    await this.edit((document) => {
      if (value === undefined) document.deleteIn([...hubSection, ...path]);
      else document.setIn([...hubSection, ...path], document.createNode(value));
    });
  }

  /** For what brings the hub up with the file by itself: in the end the hub is brought up again, whatever became of both. */
  expectChange(): void {
    this.deployed = "";
  }

  /** Brings up the hub with the file as it is now. */
  async deploy(): Promise<void> {
    // Noted before it is done: an update that fails half-way has to be undone as well.
    this.deployed = await readFile(this.path, "utf8");
    await bringUp(this.lab, ["ops"]);
  }

  /** Puts the file back, and brings stacks up where they had been with another one. */
  async restore(): Promise<void> {
    await writeFile(this.path, this.original);
    if (this.deployed === this.original) return;
    await bringUp(this.lab, ["ops", ...this.dependants]);
    this.deployed = this.original;
  }

  private async edit(change: (document: Document) => void): Promise<void> {
    const document = parseDocument(await readFile(this.path, "utf8"));
    change(document);
    await writeFile(this.path, document.toString({ lineWidth: 0 }));
  }
}
