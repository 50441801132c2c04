import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

/** One path of an image, without a leading slash. Folders above it need not be named. */
export type Entry =
  | { path: string; kind: "file"; from: string; mode: number }
  | { path: string; kind: "text"; text: string; mode: number }
  | { path: string; kind: "link"; target: string }
  | { path: string; kind: "folder"; mode: number; owner?: number };

/** A container image of one layer. Same image and same files give the same bytes. */
export interface Image {
  /** Full reference: registry, repository and tag. */
  ref: string;
  entrypoint: readonly string[];
  cmd?: readonly string[];
  /**
   * As in upstream's image: a number, or a name that `runAsNonRoot` cannot check. Defaults to root.
   */
  user?: string;
  workdir?: string;
  /** Folders that get a volume of their own where the pod mounts none. */
  volumes?: readonly string[];
  stopSignal?: string;
  entries: readonly Entry[];
}

/** Names an image by everything that is in it. */
export async function imageHash({ entries, ...config }: Image): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([config, process.arch]));
  for (const entry of layout(entries)) {
    hash.update(JSON.stringify({ ...entry, from: undefined }));
    if (entry.kind === "file") hash.update(await fileHash(entry.from));
  }
  return hash.digest("hex");
}

/** Writes the image as a docker-archive, which `ctr images import` and `docker load` read. */
export async function writeImage(image: Image, file: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    const layer = join(partial, "layer.tar");
    await write(layer, async (tar) => {
      for (const entry of layout(image.entries)) await add(tar, entry);
    });
    const layerHash = await fileHash(layer);
    const config = JSON.stringify(imageConfig(image, layerHash));
    const configName = `${sha256(config)}.json`;
    const manifest = [
      { Config: configName, RepoTags: [image.ref], Layers: [`${layerHash}/layer.tar`] },
    ];
    await write(join(partial, "image.tar"), async (tar) => {
      await add(tar, { kind: "text", path: configName, text: config, mode: 0o644 });
      await add(tar, { kind: "file", path: `${layerHash}/layer.tar`, from: layer, mode: 0o644 });
      await add(tar, {
        kind: "text",
        path: "manifest.json",
        text: JSON.stringify(manifest),
        mode: 0o644,
      });
    });
    renameSync(join(partial, "image.tar"), file);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function imageConfig(image: Image, layerHash: string): object {
  return {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Entrypoint: image.entrypoint,
      Cmd: image.cmd,
      User: image.user,
      WorkingDir: image.workdir,
      Volumes: image.volumes && Object.fromEntries(image.volumes.map((path) => [path, {}])),
      StopSignal: image.stopSignal,
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${layerHash}`] },
  };
}

/** The entries sorted by path, with the folders above them. The first entry of a path wins. */
function layout(entries: readonly Entry[]): Entry[] {
  const paths = new Map<string, Entry>();
  for (const entry of entries) {
    if (!paths.has(entry.path)) paths.set(entry.path, entry);
    for (let folder = dirname(entry.path); folder !== "."; folder = dirname(folder)) {
      if (!paths.has(folder)) paths.set(folder, { path: folder, kind: "folder", mode: 0o755 });
    }
  }
  return [...paths.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function write(file: string, fill: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, new PassThrough(), createWriteStream(file));
  await fill(tar);
  tar.finalize();
  await written;
}

/** Times and owners are fixed: they are no part of what an image is. */
async function add(tar: Pack, entry: Entry): Promise<void> {
  const common = { name: entry.path, mtime: new Date(0), uid: 0, gid: 0, uname: "", gname: "" };
  if (entry.kind === "folder") {
    const owner = entry.owner ?? 0;
    tar.entry({ ...common, type: "directory", mode: entry.mode, uid: owner, gid: owner });
  } else if (entry.kind === "link") {
    tar.entry({ ...common, type: "symlink", linkname: entry.target, mode: 0o777 });
  } else if (entry.kind === "text") {
    tar.entry({ ...common, mode: entry.mode }, entry.text);
  } else {
    const sink = tar.entry({ ...common, mode: entry.mode, size: statSync(entry.from).size });
    await pipeline(createReadStream(entry.from), sink);
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

export function textFile(path: string, source: string, mode = 0o644): Entry {
  return { path, kind: "text", text: readFileSync(source, "utf8"), mode };
}
