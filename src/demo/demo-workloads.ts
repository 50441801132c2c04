import * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "@heliograph/heliograph";
import { DemoWorkload } from "./demo-workload";

export interface DemoWorkloadsArgs {
  /** NGINX in namespace `web`. */
  readonly nginx: boolean;
  /** NGINX behind a certificate of its own in namespace `secure`. */
  readonly https: boolean;
  readonly images: ImageArgs;
  /** URL of the edge's collector (OTLP over HTTP). Left out: the load has no traces. */
  readonly traces?: pulumi.Input<string>;
}

/** Something to look at: workloads that count their requests, and a small steady load on each. */
export class DemoWorkloads extends pulumi.ComponentResource {
  constructor(
    name: string,
    { nginx, https, ...args }: DemoWorkloadsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("heliograph:demo:DemoWorkloads", name, {}, opts);
    const child = { parent: this };
    if (nginx)
      new DemoWorkload(
        `${name}-nginx`,
        { app: "nginx", namespace: "web", https: false, ...args },
        child,
      );
    if (https)
      new DemoWorkload(
        `${name}-https`,
        { app: "https", namespace: "secure", https: true, ...args },
        child,
      );
    this.registerOutputs({});
  }
}
