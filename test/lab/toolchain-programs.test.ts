import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shortOfDisk } from "../../lab/toolchain/disk";
import { olderThan } from "../../lab/toolchain/go";
import { installedPulumi } from "../../lab/toolchain/installed";
import { binaries, programNames, recipeHash, recipes } from "../../lab/toolchain/programs";
import { describeBuild, duration, Estimate } from "../../lab/toolchain/progress";
import { wrappingModule } from "../../lab/toolchain/recipe";

describe("recipes", () => {
  test("every program says where it comes from, and pins it", () => {
    for (const name of programNames) {
      const { module, folder } = recipes[name] as { module?: string; folder?: string };
      expect(folder ?? module, name).toMatch(folder ? /^lab\// : /^\S+@v\d\S+$/);
    }
  });

  test("the hash follows what is built, not what is estimated", () => {
    const recipe = recipes.coredns;
    const hash = recipeHash(recipe);
    expect(recipeHash({ ...recipe, seconds: 1, gigabytes: 9 })).toBe(hash);
    expect(recipeHash({ ...recipe, ldflags: "" })).not.toBe(hash);
    expect(recipeHash({ ...recipe, module: "github.com/coredns/coredns@v1.15.1" })).not.toBe(hash);
    // What a collector consists of is in its manifest.
    expect(recipeHash({ ...recipes.otelcol, manifest: "lab/programs.json" })).not.toBe(
      recipeHash(recipes.otelcol),
    );
  });

  test("programs are named as go names them", () => {
    expect(binaries(recipes.prometheus)).toEqual(["prometheus", "promtool"]);
    expect(binaries(recipes.alertmanager)).toEqual(["alertmanager", "amtool"]);
    expect(binaries(recipes["kube-state-metrics"])).toEqual(["kube-state-metrics"]);
    expect(binaries(recipes.minio)).toEqual(["minio"]);
    expect(binaries(recipes.pause)).toEqual(["pause"]);
    expect(binaries(recipes.kubernetes)).toContain("kubelet");
    expect(binaries(recipes.otelcol)).toEqual(["otelcol"]);
  });

  test("a wrapping module repeats absolute replaces and publishes relative ones", () => {
    const inner = {
      Go: "1.26.0",
      Replace: [
        { Old: { Path: "k8s.io/api" }, New: { Path: "./staging/src/k8s.io/api" } },
        {
          Old: { Path: "example.com/a", Version: "v1.0.0" },
          New: { Path: "example.com/b", Version: "v1.1.0" },
        },
      ],
    };
    expect(wrappingModule("k8s.io/kubernetes", "v1.36.3", inner, "v0.36.3")).toBe(
      `module heliograph.lab/build
go 1.26.0
require k8s.io/kubernetes v1.36.3
replace k8s.io/api => k8s.io/api v0.36.3
replace example.com/a v1.0.0 => example.com/b v1.1.0
`,
    );
    expect(wrappingModule("a", "v1", inner)).not.toContain("k8s.io/api");
  });
});

describe("versions and disk", () => {
  test.each([
    ["1.26.8", "1.26.0", false],
    ["1.26.0", "1.26.0", false],
    ["1.25.10", "1.25.9", false],
    ["1.9", "1.26.0", true],
    ["3.245.9", "3.246.0", true],
    ["3.247.0-alpha.1", "3.246.0", false],
  ])("%s older than %s: %s", (version, wanted, older) =>
    expect(olderThan(version, wanted)).toBe(older),
  );

  test("the disk with too little room is named", () => {
    const free = (folder: string) => ({ "/a": 10, "/b": 2 })[folder]!;
    expect(shortOfDisk({ what: "x", gigabytes: 3, folders: ["/a", "/b"] }, free)).toBe("/b");
    expect(shortOfDisk({ what: "x", gigabytes: 1, folders: ["/a", "/b"] }, free)).toBeUndefined();
  });

  test("a Pulumi that is a script, such as the lab's own wrapper, is not the official one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heliograph-pulumi-"));
    try {
      writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho v9.9.9\n");
      chmodSync(join(folder, "pulumi"), 0o755);
      expect(await installedPulumi("3.246.0", folder)).toBeUndefined();
      rmSync(join(folder, "pulumi"));
      // A native program that answers no version of Pulumi.
      symlinkSync("/bin/false", join(folder, "pulumi"));
      expect(await installedPulumi("3.246.0", folder)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("progress", () => {
  const [small, large] = [recipes.pause, recipes.kubernetes];

  test("starts from typical times", () => {
    const remaining = new Estimate([small, large]).remaining(small, { compiled: 0, compiling: 0 });
    expect(remaining).toEqual({ program: small.seconds, all: small.seconds + large.seconds });
  });

  test("counts only what Go's cache lacks", () => {
    const state = { work: { stale: 0, all: 1000 }, compiled: 0, compiling: 0 };
    expect(new Estimate([large]).remaining(large, state).program).toBeCloseTo(large.seconds * 0.05);
  });

  test("follows what was measured, of this program and of this machine", () => {
    const estimate = new Estimate([large, small]);
    const half = { work: { stale: 1000, all: 1000 }, compiled: 500, compiling: 300 };
    expect(estimate.remaining(large, half).program).toBeCloseTo(300 + large.seconds * 0.05);
    estimate.finished(large, { ...half, compiled: 1000, compiling: 2 * large.seconds });
    expect(estimate.remaining(small, { compiled: 0, compiling: 0 }).all).toBeCloseTo(
      2 * small.seconds,
    );
  });

  test("reads as one line", () => {
    const state = { work: { stale: 1200, all: 1900 }, compiled: 400, compiling: 60 };
    const remaining = { program: 125, all: 1200 };
    expect(describeBuild({ kind: "building", program: "mimir", state, remaining })).toBe(
      "mimir: 400 of 1200 packages compiled, about 2 min 5 s left, 20 min with all that follow",
    );
    expect(duration(59.6)).toBe("1 min");
    expect(duration(125)).toBe("2 min 5 s");
  });
});
