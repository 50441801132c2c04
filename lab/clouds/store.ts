import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../host/wait";
import type { CloudHosts } from "./hosts";

/** A store of a cloud as it can be had on one machine. */
export interface CloudStore {
  /** How the configuration names one of its buckets. */
  readonly section: (bucket: string) => CloudSection;
  /** What the cloud gives to pods of those who may use it, and by which way they get there. */
  readonly env: Readonly<Record<string, string>>;
  /** Files that this names, by the variable that has their path. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of what is in a bucket. */
  readonly objects: (bucket: string) => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

export type CloudSection =
  | {
      readonly provider: "azure";
      readonly existing: Readonly<Record<"storageAccount" | "container" | "clientId", string>>;
    }
  | {
      readonly provider: "gcs";
      readonly existing: Readonly<Record<"bucket" | "serviceAccount", string>>;
    };

export interface CloudStoreArgs {
  readonly folder: string;
  /** Where clients reach it. */
  readonly address: string;
  readonly buckets: readonly string[];
}

/** Waits for a store; one that never answers is stopped, since nobody else knows of it. */
export async function answering(
  what: string,
  ask: () => Promise<unknown>,
  stop: () => Promise<void>,
): Promise<void> {
  const asked = () =>
    ask().then(
      () => true,
      () => false,
    );
  await until({ what, seconds: 60 }, asked).catch(async (error) => {
    await stop();
    throw error;
  });
}

/** What every client needs, whatever the cloud. */
export function wayTo({ proxy, authority }: CloudHosts): Pick<CloudStore, "env" | "files"> {
  const url = `http://${proxy}`;
  // Only hosts of the cloud.
  const own = "localhost,127.0.0.0/8,10.0.0.0/8,.svc,.cluster.local";
  return {
    env: { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: own },
    files: { SSL_CERT_FILE: authority },
  };
}

/** The environment of a process that has the files in a folder. */
export function environmentIn(
  folder: string,
  { env, files }: Pick<CloudStore, "env" | "files">,
): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const paths = Object.entries(files).map(([variable, content]) => {
    const path = join(folder, variable);
    writeFileSync(path, content);
    return [variable, path];
  });
  return { ...env, ...(Object.fromEntries(paths) as Record<string, string>) };
}
