import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import packageJson from "../../package.json";
import library from "../../components/package.json";
import { BACKENDS, versions } from "@heliograph/heliograph/model";
import { code, table } from "./markdown";

type Peer = keyof typeof library.peerDependencies;
type ImageName = keyof typeof versions;

const root = resolve(__dirname, "../..");

/** The oldest Kubernetes with sidecar containers (init containers that keep running) as stable. */
const OLDEST_KUBERNETES = "1.33";

/** README.md, with examples and the compatibility table written anew between their marks. */
export function readme(): string {
  const parts: Readonly<Record<string, readonly string[]>> = {
    "examples/hub": example("examples/hub/index.ts"),
    "examples/edge": example("examples/edge/index.ts"),
    compatibility: compatibility(),
  };
  return Object.entries(parts).reduce(
    (text, [name, lines]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
        (_, start: string, end: string) => `${start}\n${lines.join("\n")}\n\n${end}`,
      ),
    readFileSync(resolve(root, "README.md"), "utf8"),
  );
}

/** An example as a program has it that installed the package. */
function example(file: string): readonly string[] {
  const text = readFileSync(resolve(root, file), "utf8").replaceAll(
    /"(\.\.\/)+components(\/index)?"/g,
    `"${library.name}"`,
  );
  return ["```ts", text.trimEnd(), "```"];
}

function compatibility(): readonly string[] {
  const peer = (name: Peer) => `${code(name)} ${library.peerDependencies[name]}`;
  const clouds = Object.keys(library.peerDependenciesMeta) as Peer[];
  const image = (name: ImageName) => `${versions[name].tag.replace(/^v/, "")}`;
  return table(
    ["what", "version"],
    [
      ["Node", packageJson.engines.node.replace(">=", "") + " or later"],
      ["Kubernetes", `${OLDEST_KUBERNETES} or later, on every cluster`],
      ["Pulumi CLI", `${library.peerDependencies["@pulumi/pulumi"].replace("^", "")} or later`],
      [
        "Pulumi SDKs",
        [peer("@pulumi/pulumi"), peer("@pulumi/kubernetes"), peer("@pulumi/tls")].join(", "),
      ],
      ["SDK of a cloud, if buckets are created in it", clouds.map(peer).join(", ")],
      [
        "backends that it deploys",
        BACKENDS.map(({ name, title }) => `${title} ${image(name as ImageName)}`).join(", "),
      ],
      [
        "agents that it deploys",
        `Prometheus ${image("prometheus")}, OpenTelemetry Collector ${image("otelCollector")}`,
      ],
    ],
  );
}
