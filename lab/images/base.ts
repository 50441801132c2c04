import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "../host/run.js";
import type { Debian } from "../toolchain/debian.js";
import type { Entry } from "./archive.js";

/** Names of the users that upstream's images run as. */
const users = {
  root: [0, 0],
  curl_user: [100, 101],
  nginx: [101, 101],
  memcache: [11_211, 11_211],
  nonroot: [65532, 65532],
  nobody: [65534, 65534],
};

/**
 * What every image has: users, name resolution, certificate authorities, and one folder for
 * programs and libraries.
 */
export function base({ root }: Debian): Entry[] {
  const accounts = Object.entries(users);
  const passwd = accounts
    .map(([name, [uid, gid]]) => `${name}:x:${uid}:${gid}::/tmp:/bin/sh\n`)
    .join("");
  const group = accounts.map(([name, [, gid]]) => `${name}:x:${gid}:\n`).join("");
  return [
    text("etc/passwd", passwd),
    text("etc/group", group),
    text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    text("etc/ssl/certs/ca-certificates.crt", certificateAuthorities(root)),
    { path: "tmp", kind: "folder", mode: 0o1777 },
    ...["bin", "sbin", "lib", "lib64"].flatMap((name): Entry[] => [
      { path: `usr/${name}`, kind: "folder", mode: 0o755 },
      { path: name, kind: "link", target: `usr/${name}` },
    ]),
  ];
}

export function text(path: string, content: string, mode = 0o644): Entry {
  return { path, kind: "text", text: content, mode };
}

export function program(path: string, from: string): Entry {
  return { path, kind: "file", from, mode: 0o755 };
}

/** A program of the unpacked packages with the shared libraries that it names. */
export async function withLibraries(debian: Debian, from: string, path = from): Promise<Entry[]> {
  const [loader, ...rest] = debian.command(from) as [string, ...string[]];
  // The kernel looks for the loader at the path that programs carry, below lib64.
  const [option, folders, file] = rest as [string, string, string];
  const listed = await run(loader, [option, folders, "--list", file]);
  return [program(path, file), ...parseLibraries(listed, debian.root)];
}

/** A program of the machine itself with its shared libraries. */
export async function fromMachine(file: string, path: string): Promise<Entry[]> {
  return [program(path, file), ...parseLibraries(await run("ldd", [file]), "/")];
}

/**
 * From the loader's list: `libz.so.1 => /root/usr/lib/x86_64-linux-gnu/libz.so.1 (0x00007f...)`;
 * the machine's own loader has no arrow.
 */
export function parseLibraries(listed: string, root: string): Entry[] {
  const lines = [...listed.matchAll(/^\s*(\S+) => (\S+) \(0x|^\s*(\/\S+) \(0x/gm)];
  return lines.map(([, name, file, loader = name!]) => {
    const path = loader.startsWith("/") ? merged(loader.slice(1)) : merged(relative(root, file!));
    return { path, kind: "file", from: file ?? loader, mode: 0o755 };
  });
}

/** `lib` and `lib64` are links to folders below `usr`. */
function merged(path: string): string {
  return path.replace(/^(bin|sbin|lib|lib64)\//, "usr/$1/");
}

/** A shell and the small tools, as in images made from Alpine. */
export async function busybox(debian: Debian): Promise<Entry[]> {
  const [command, ...args] = debian.command("usr/bin/busybox") as [string, ...string[]];
  const names = (await run(command, [...args, "--list"])).trim().split("\n");
  return [
    ...(await withLibraries(debian, "usr/bin/busybox")),
    ...names
      .filter((name) => name !== "busybox")
      .map((name): Entry => ({ path: `usr/bin/${name}`, kind: "link", target: "busybox" })),
  ];
}

/** The bundle that Debian makes when its package is installed; here it is only unpacked. */
function certificateAuthorities(root: string): string {
  const folder = join(root, "usr/share/ca-certificates/mozilla");
  const files = readdirSync(folder).sort();
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("");
}
