import { existsSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../project";
import { Failure } from "../ui/failure";
import { endAbandoned, type Lock } from "./locks";
import { Pulumi, PulumiFailure } from "./pulumi";
import { readState, type StackState } from "./state";
import { explained } from "./failures";

const NOT_FOUND = /no stack named .* found/;

/** Access to the engine for the stacks of a project, each with its own passphrase. */
export class Workspaces {
  constructor(
    private readonly project: Project,
    readonly pulumi: Pulumi,
    /** Variables beside those of the process, e.g. another backend. */
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  /** The stack for previews and updates. It has to exist. */
  async stack(name: string): Promise<Stack> {
    const workspace = await LocalWorkspace.create({
      workDir: this.project.folder,
      envVars: this.environment(name),
      pulumiCommand: this.pulumi.command,
    });
    // Every command names its stack. Selecting one would change the user's selection for `pulumi
    // up`.
    workspace.selectStack = async () => {};
    return Stack.select(name, workspace);
  }

  /** The state of a stack; undefined if the stack does not exist. */
  async state(name: string): Promise<StackState | undefined> {
    try {
      return readState((await this.run(name, ["stack", "export"])).stdout);
    } catch (error) {
      if (error instanceof PulumiFailure && NOT_FOUND.test(error.message)) return undefined;
      throw explained(error, name);
    }
  }

  async states(names: readonly string[]): Promise<Map<string, StackState | undefined>> {
    return new Map(
      await Promise.all(names.map(async (name) => [name, await this.state(name)] as const)),
    );
  }

  async create(name: string): Promise<void> {
    await this.run(name, ["stack", "init", "--no-select"]).catch((error: unknown) => {
      throw explained(error, name);
    });
  }

  /** Removes a stack and its file. `force`: even if it still has resources, which are forgotten. */
  async remove(name: string, force: boolean): Promise<void> {
    await this.run(name, ["stack", "rm", "--yes", ...(force ? ["--force"] : [])]);
  }

  /** Removes the locks that abandoned updates left behind. */
  async unlock(name: string, locks: readonly Lock[]): Promise<void> {
    await endAbandoned(locks);
    await this.run(name, ["cancel", "--yes"]);
  }

  run(name: string, args: readonly string[]): Promise<{ stdout: string }> {
    return this.pulumi.run([...args, "--stack", name], this.project.folder, this.environment(name));
  }

  private environment(name: string): Record<string, string> {
    const passphrases = process.env["HELIOGRAPH_PASSPHRASES"];
    if (!passphrases) return { ...this.env };
    const file = join(passphrases, name);
    if (!existsSync(file)) {
      throw new Failure(
        `No passphrase for stack ${name}: ${file} does not exist.`,
        "HELIOGRAPH_PASSPHRASES names a folder with one file per stack, named like the stack.",
      );
    }
    return { ...this.env, PULUMI_CONFIG_PASSPHRASE_FILE: file };
  }
}

export async function openWorkspaces(project: Project): Promise<Workspaces> {
  return new Workspaces(project, await Pulumi.find());
}
