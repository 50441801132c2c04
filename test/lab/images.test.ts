import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract, type Header } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Image, imageHash, writeImage } from "../../lab/images/archive";
import { parseLibraries } from "../../lab/images/base";
import { imageDifferences } from "../../lab/images/differences";
import { grafanaHome, grafanaVersion } from "../../lab/images/grafana";

let folder: string;
let image: Image;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-images-"));
  writeFileSync(join(folder, "tool"), "program");
  image = {
    ref: "docker.io/example/tool:1.0",
    entrypoint: ["/usr/bin/tool"],
    user: "101",
    entries: [
      { path: "usr/bin/tool", kind: "file", from: join(folder, "tool"), mode: 0o755 },
      { path: "etc/passwd", kind: "text", text: "root:x:0:0::/:/bin/sh\n", mode: 0o644 },
      { path: "bin", kind: "link", target: "usr/bin" },
      { path: "data", kind: "folder", mode: 0o700, owner: 101 },
    ],
  };
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the same image gives the same bytes, whatever the times and the order", async () => {
  await writeImage(image, join(folder, "a.tar"));
  utimesSync(join(folder, "tool"), 1, 1);
  await writeImage({ ...image, entries: [...image.entries].reverse() }, join(folder, "b.tar"));
  expect(readFileSync(join(folder, "a.tar")).equals(readFileSync(join(folder, "b.tar")))).toBe(
    true,
  );
});

test("the hash follows contents and settings", async () => {
  const hash = await imageHash(image);
  expect(await imageHash({ ...image, user: "102" })).not.toBe(hash);
  writeFileSync(join(folder, "tool"), "changed");
  expect(await imageHash(image)).not.toBe(hash);
});

test("the archive is what `docker load` and `ctr images import` read", async () => {
  await writeImage(image, join(folder, "image.tar"));
  const files = await read(readFileSync(join(folder, "image.tar")));
  const [manifest] = JSON.parse(files.get("manifest.json")!.content.toString());
  expect(manifest.RepoTags).toEqual(["docker.io/example/tool:1.0"]);

  const config = files.get(manifest.Config)!.content;
  expect(manifest.Config).toBe(`${sha256(config)}.json`);
  const layer = files.get(manifest.Layers[0])!.content;
  expect(JSON.parse(config.toString())).toMatchObject({
    os: "linux",
    config: { Entrypoint: ["/usr/bin/tool"], User: "101" },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
  });

  const entries = await read(layer);
  expect([...entries.keys()]).toEqual([
    "bin",
    "data",
    "etc",
    "etc/passwd",
    "usr",
    "usr/bin",
    "usr/bin/tool",
  ]);
  expect(entries.get("usr/bin/tool")).toMatchObject({
    header: { mode: 0o755, uid: 0 },
    content: Buffer.from("program"),
  });
  expect(entries.get("bin")).toMatchObject({ header: { type: "symlink", linkname: "usr/bin" } });
  expect(entries.get("data")).toMatchObject({
    header: { type: "directory", mode: 0o700, uid: 101 },
  });
});

test("libraries are found in the loader's list, the loader itself by the path that programs name", () => {
  const listed = `	linux-vdso.so.1 (0x00007fd319536000)
	libz.so.1 => /root/lib/x86_64-linux-gnu/libz.so.1 (0x00007fd31923a000)
	libssl.so.3 => /root/usr/lib/x86_64-linux-gnu/libssl.so.3 (0x00007fd31925b000)
	/lib64/ld-linux-x86-64.so.2 => /root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 (0x00007fd319538000)
`;
  expect(parseLibraries(listed, "/root").map(({ path }) => path)).toEqual([
    "usr/lib/x86_64-linux-gnu/libz.so.1",
    "usr/lib/x86_64-linux-gnu/libssl.so.3",
    "usr/lib64/ld-linux-x86-64.so.2",
  ]);
  const ofTheMachine = `	linux-vdso.so.1 (0x00007f2d544ae000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f2d54498000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f2d544b0000)
`;
  expect(parseLibraries(ofTheMachine, "/")).toMatchObject([
    { path: "usr/lib/x86_64-linux-gnu/libdl.so.2", from: "/lib/x86_64-linux-gnu/libdl.so.2" },
    { path: "usr/lib64/ld-linux-x86-64.so.2", from: "/lib64/ld-linux-x86-64.so.2" },
  ]);
});

test("images that hold another version than the product's are listed", () => {
  const versions = {
    nginx: "1.22.1-9+deb12u10",
    memcached: "1.6.18-1",
    "prometheus-node-exporter": "1.5.0-1+b6",
    curl: "1:8.22.0-1",
  } as unknown as Parameters<typeof imageDifferences>[0]["versions"];
  const differences = imageDifferences({ versions });
  expect(differences).toContainEqual({
    image: "docker.io/nginxinc/nginx-unprivileged",
    product: "1.30.4",
    lab: "1.22.1",
  });
  expect(differences.map(({ image }) => image)).not.toContain("docker.io/curlimages/curl");
  expect(differences.map(({ image }) => image)).not.toContain("docker.io/prom/prometheus");
  expect(differences.map(({ image }) => image)).not.toContain("quay.io/prometheus/alertmanager");
  const kubeStateMetrics = "registry.k8s.io/kube-state-metrics/kube-state-metrics";
  expect(differences.map(({ image }) => image)).not.toContain(kubeStateMetrics);
});

test("a Grafana is that of its folder, or the one on PATH, or none", () => {
  expect(grafanaHome({ PATH: folder })).toBeUndefined();
  expect(() => grafanaHome({ HELIOGRAPH_GRAFANA_HOME: folder })).toThrow(
    `HELIOGRAPH_GRAFANA_HOME is ${folder}, which has no bin/grafana and no public: expected the folder that Grafana's archive unpacks to.`,
  );
  for (const name of ["bin", "public"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "bin", "grafana"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(folder, "VERSION"), "13.2.3\n");
  expect(grafanaHome({ HELIOGRAPH_GRAFANA_HOME: folder })).toBe(folder);
  expect(grafanaHome({ PATH: `/nowhere:${join(folder, "bin")}` })).toBe(realpathSync(folder));
  expect(grafanaVersion(folder)).toBe("13.2.3");
});

async function read(tar: Buffer): Promise<Map<string, { header: Header; content: Buffer }>> {
  const entries = new Map<string, { header: Header; content: Buffer }>();
  const parser = extract();
  parser.end(tar);
  for await (const entry of parser) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.set(entry.header.name.replace(/\/$/, ""), {
      header: entry.header,
      content: Buffer.concat(chunks),
    });
  }
  return entries;
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
