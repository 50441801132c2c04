import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { LabError } from "../host/errors.js";
import { run } from "../host/run.js";
import { cacheFolder } from "../state.js";
import { takeLock } from "./lock.js";

/**
 * Commands that work on the machine itself, by the package that has them. None of these packages
 * starts a service.
 */
const tools: Readonly<Record<string, readonly string[]>> = {
  iproute2: ["ip"],
  iptables: ["iptables", "iptables-save"],
  conntrack: ["conntrack"],
  "util-linux": ["nsenter", "unshare", "flock", "setpriv"],
  mount: ["mount", "umount"],
};

/** A browser: one of these will do. Tests open pages with it, the lab does not. */
const browsers = ["chromium-headless-shell", "chromium", "google-chrome"];
/** The package of one without a desktop. Ubuntu has none that is not a snap. */
const browserPackage = "chromium-headless-shell";

/**
 * Packages that are unpacked into the cache instead of installed: installing them would start and
 * enable services (etcd, containerd, NGINX, node-exporter) that have nothing to do with the lab.
 * Their libraries come along.
 */
const unpacked = [
  "etcd-server",
  "containerd",
  "runc",
  "containernetworking-plugins",
  "nginx",
  "prometheus-node-exporter",
  "busybox",
  "curl",
  "ca-certificates",
  "memcached",
  "redis-server",
] as const;
export type UnpackedPackage = (typeof unpacked)[number];

/** What clusters run straight from the unpacked packages. */
const clusterPrograms = ["etcd", "containerd", "containerd-shim-runc-v2", "ctr", "runc"];

export interface DebianOptions {
  signal?: AbortSignal;
  /** One line per step that changes something. */
  onEvent?: (line: string) => void;
  /** Whether to install what only tests need. Defaults to false. */
  forTests?: boolean;
}

/** The distribution's programs, ready to use. */
export interface Debian {
  /** etcd, containerd, its shim, ctr and runc, and nothing else: made to be put on a PATH. */
  bin: string;
  /** The CNI plugins. */
  cniPlugins: string;
  /** The packages' files, laid out as on a machine. Images are made from it. */
  root: string;
  /** Versions of the unpacked packages, as the distribution writes them. */
  versions: Readonly<Record<UnpackedPackage, string>>;
  /** Packages that were installed on the machine just now. */
  installed: readonly string[];
  /**
   * The command that runs any program below `root` (`usr/sbin/nginx`) with the libraries of its own
   * package set.
   */
  command(program: string): string[];
}

/**
 * Installs the tools that are missing, unpacks the rest, and says what it did. Starts no service.
 */
export async function ensureDebianPackages(options: DebianOptions = {}): Promise<Debian> {
  const release = osRelease(readFileSync("/etc/os-release", "utf8"));
  const folder = join(cacheFolder(), "debian", folderName(release));
  const missing = [
    ...missingPackages(onPath),
    ...(options.forTests ? missingBrowser(release, onPath) : []),
  ];
  const complete = existsSync(folder);
  if (missing.length > 0 || !complete) {
    refuseOtherSystems(release, missing, process.getuid?.() === 0);
    const lock = await takeLock(join(cacheFolder(), "debian", ".lock"), {
      signal: options.signal,
      onWait: () => options.onEvent?.("another run prepares Debian's packages, waiting for that"),
    });
    try {
      await aptUpdate(options);
      if (missing.length > 0) await install(missing, options);
      if (!existsSync(folder)) await unpack(folder, options);
    } finally {
      await lock.release();
    }
  }
  return describe(folder, missing);
}

export function describe(folder: string, installed: readonly string[] = []): Debian {
  const root = join(folder, "root");
  const libraries = libraryFolders(root);
  return {
    bin: join(folder, "bin"),
    cniPlugins: join(root, "usr/lib/cni"),
    root,
    versions: JSON.parse(readFileSync(join(folder, "versions.json"), "utf8")) as Debian["versions"],
    installed,
    command: (program) => [
      loader(libraries),
      "--library-path",
      libraries.join(":"),
      join(root, program),
    ],
  };
}

/** Packages of which a command is not on the machine. */
export function missingPackages(has: (command: string) => boolean): string[] {
  return Object.keys(tools).filter((name) => !tools[name]!.every(has));
}

/** The package of a browser where there is no browser, and Debian has one. */
export function missingBrowser({ id }: Release, has: (command: string) => boolean): string[] {
  return id === "debian" && !browsers.some(has) ? [browserPackage] : [];
}

/**
 * Root's programs are looked for too where the caller's PATH leaves them out, as Debian's does for
 * users.
 */
function onPath(command: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, command)));
}

export interface Release {
  /** `debian`, `ubuntu` */
  id: string;
  /** What it derives from: `debian`. */
  like: string;
  version: string;
}

export function osRelease(text: string): Release {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: value("ID"), like: value("ID_LIKE"), version: value("VERSION_ID") };
}

export function refuseOtherSystems(
  { id, like, version }: Release,
  missing: readonly string[],
  isRoot: boolean,
): void {
  const command = `apt-get update && apt-get install -y ${[...missing].join(" ")}`;
  if (![id, ...like.split(" ")].some((name) => name === "debian" || name === "ubuntu")) {
    throw new LabError(
      `the lab takes programs from the packages of Debian or Ubuntu, and this is ${id} ${version}: ` +
        `${[...missing, ...unpacked].join(", ")}.\nRun it on Debian or Ubuntu, e.g. in a virtual machine.`,
    );
  }
  if (missing.length > 0 && !isRoot) {
    throw new LabError(`packages are missing: ${missing.join(", ")}. Run as root:\n  ${command}`);
  }
}

function folderName({ id, version }: Release): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([unpacked, clusterPrograms]))
    .digest("hex")
    .slice(0, 8);
  return `${id}-${version}-${process.arch}-${hash}`;
}

const apt = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=300"];

async function aptUpdate({ signal, onEvent }: DebianOptions): Promise<void> {
  if (process.getuid?.() !== 0) return; // the lists the machine has will do
  onEvent?.("apt-get update");
  await run("apt-get", [...apt, "update"], { signal });
}

async function install(
  packages: readonly string[],
  { signal, onEvent }: DebianOptions,
): Promise<void> {
  onEvent?.(`apt-get install ${packages.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", [...apt, "--no-install-recommends", "install", ...packages], {
    signal,
    env,
  });
}

async function unpack(folder: string, { signal, onEvent }: DebianOptions): Promise<void> {
  onEvent?.(`unpacking Debian's packages: ${unpacked.join(", ")}`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const [root, bin, archives] = [
    join(partial, "root"),
    join(partial, "bin"),
    join(partial, "apt/archives"),
  ];
  for (const made of [root, bin, join(archives, "partial")]) mkdirSync(made, { recursive: true });
  writeFileSync(join(partial, "no-packages"), "");
  // With nothing taken for installed, apt fetches every library too: what is unpacked depends on
  // nothing else.
  const settings = [
    `Dir::State::status=${partial}/no-packages`,
    `Dir::Cache=${partial}/apt`,
    "Debug::NoLocking=1",
  ];
  const options = [...settings, "APT::Sandbox::User=root"].flatMap((setting) => ["-o", setting]);
  await run(
    "apt-get",
    [...apt, ...options, "--no-install-recommends", "--download-only", "install", ...unpacked],
    {
      signal,
    },
  );

  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(root, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const files = readdirSync(archives).filter((name) => name.endsWith(".deb"));
  // Without the setuid bits that some of the files have on a machine.
  const tar = "tar --extract --keep-directory-symlink --no-same-owner --no-same-permissions";
  const extract = `dpkg-deb --fsys-tarfile "$1" | ${tar} --directory "$2"`;
  for (const file of files)
    await run("sh", ["-ec", extract, "unpack", join(archives, file), root], { signal });
  for (const name of clusterPrograms) {
    const home = ["usr/bin", "usr/sbin"].find((home) => existsSync(join(root, home, name)));
    if (!home) throw new LabError(`none of the packages ${unpacked.join(", ")} has ${name}`);
    symlinkSync(`../root/${home}/${name}`, join(bin, name));
  }
  writeFileSync(join(partial, "versions.json"), JSON.stringify(packageVersions(files), null, 2));
  rmSync(join(partial, "apt"), { recursive: true });
  renameSync(partial, folder);
}

/** From file names as apt gives them: `containerd_1.6.20~ds1-1+deb12u3_amd64.deb`. */
export function packageVersions(files: readonly string[]): Record<string, string> {
  const versions = new Map(files.map((file) => file.split("_") as [string, string]));
  return Object.fromEntries(
    unpacked.map((name) => [name, decodeURIComponent(versions.get(name) ?? "")]),
  );
}

/** The dynamic loader itself: the link to it in lib64 names a path of the machine. */
function loader(libraries: readonly string[]): string {
  for (const folder of libraries) {
    const name = readdirSync(folder).find((file) => /^ld-linux.*\.so\.\d$/.test(file));
    if (name) return join(folder, name);
  }
  throw new LabError(`no dynamic loader in ${libraries.join(", ")}`);
}

/** Where the unpacked packages keep shared libraries: one folder per architecture. */
export function libraryFolders(root: string): string[] {
  const folders = readdirSync(join(root, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  return folders.map((name) => join(root, "usr/lib", name));
}
