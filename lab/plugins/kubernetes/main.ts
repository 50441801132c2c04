/** Entry point of `pulumi-resource-kubernetes`. */
import { addProvider } from "../rpc/service";
import { servePlugin } from "../rpc/serve";
import { KubernetesProvider } from "./provider";

void servePlugin("pulumi-resource-kubernetes", (server, engine) =>
  addProvider(server, engine, new KubernetesProvider(engine)),
);
