/**
 * Builds the published form of the package into components/dist: CommonJS with declarations, a
 * manifest of its own, and the package's page. `npm pack ./components/dist` makes the tarball.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const source = join(root, "components");
const target = join(source, "dist");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [key: string]: unknown;
}

rmSync(target, { recursive: true, force: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
const project = join(source, "tsconfig.build.json");
execFileSync(process.execPath, [compiler, "-p", project], { stdio: "inherit" });
declareWithoutImports();
const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Manifest;
writeFileSync(join(target, "package.json"), `${JSON.stringify(published(manifest), null, 2)}\n`);
copyFileSync(join(source, "README.md"), join(target, "README.md"));
copyFileSync(join(root, "LICENSE"), join(target, "LICENSE"));

/** The doors are files beside the manifest, too: `moduleResolution: node` knows no exports. */
function published(manifest: Manifest): object {
  const door = (name: string) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return {
    ...manifest,
    private: undefined,
    main: "./index.js",
    types: "./index.d.ts",
    exports: { ".": door("index"), "./model": door("model"), "./package.json": "./package.json" },
    files: ["**/*.js", "**/*.d.ts", "versions.json"],
    sideEffects: false,
  };
}

/**
 * Declarations that compile with the options of `pulumi new typescript`, which has neither
 * `esModuleInterop`, for zod's types, nor `resolveJsonModule`, for the list of images.
 */
function declareWithoutImports(): void {
  copyFileSync(join(__dirname, "zod.d.ts.txt"), join(target, "zod.d.ts"));
  const versions = readFileSync(join(source, "versions.json"), "utf8");
  writeFileSync(
    join(target, "versions.d.ts"),
    `declare const versions: ${versions.trim()};\nexport default versions;\n`.replace(
      /: "[^"]*"/g,
      ": string",
    ),
  );
  const names = readdirSync(target, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((file) => file.endsWith(".d.ts"))) {
    const file = join(target, name);
    const up = relative(dirname(file), target) || ".";
    const text = readFileSync(file, "utf8")
      .replace(/import (type )?\{ z \} from "zod";/, `import type * as z from "${up}/zod";`)
      .replaceAll('import("zod")', `import("${up}/zod")`)
      .replace(/from "[./]+\/versions\.json"/, `from "${up}/versions"`);
    writeFileSync(file, text);
  }
}
