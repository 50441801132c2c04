import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileBackend } from "../src/cli/engine/file-backend";

/**
 * Where the lab keeps what it made: everything here goes with `lab down`. The cache of built
 * programs is elsewhere.
 */
export interface StatePaths {
  root: string;
  /** One kubeconfig with a context per cluster. */
  kubeconfig: string;
  /** First on the PATH of the program: the pulumi wrapper and the provider plugins. */
  bin: string;
  /** The working folder of Pulumi: links to the repository, and the lab's own stack files. */
  project: string;
  /** One passphrase file per stack. */
  passphrases: string;
  pulumi: string;
  pulumiHome: string;
  /** Records of the processes the lab started, one file each. */
  processes: string;
  /** What the processes print. */
  logs: string;
  store: string;
  /** What all clusters keep on disk. */
  clusters: string;
}

export const repository = join(__dirname, "..");

export function statePaths(env: NodeJS.ProcessEnv = process.env): StatePaths {
  const root = resolve(
    env.HELIOGRAPH_LAB_STATE ?? join(homedir(), ".local", "state", "heliograph", "lab"),
  );
  return {
    root,
    kubeconfig: join(root, "kubeconfig"),
    bin: join(root, "bin"),
    project: join(root, "project"),
    passphrases: join(root, "passphrases"),
    pulumi: join(root, "pulumi"),
    pulumiHome: join(root, "pulumi-home"),
    processes: join(root, "processes"),
    logs: join(root, "logs"),
    store: join(root, "store"),
    clusters: join(root, "clusters"),
  };
}

export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.HELIOGRAPH_CACHE ?? join(homedir(), ".cache", "heliograph"));
}

/** What a command needs in its environment to work on the lab instead of on real clusters. */
export function programEnvironment(paths: StatePaths = statePaths()): Record<string, string> {
  return {
    KUBECONFIG: paths.kubeconfig,
    PULUMI_BACKEND_URL: fileBackend(paths.pulumi),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_OPTION_CWD: paths.project,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // What is missing is not to be had where the lab uses stand-ins.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // An update that was killed may have made an object that its state does not know: the next one
    // takes it over.
    PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
    HELIOGRAPH_PROJECT: paths.project,
    HELIOGRAPH_PASSPHRASES: paths.passphrases,
  };
}
