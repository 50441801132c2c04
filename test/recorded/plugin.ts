/**
 * A `kubernetes` plugin for recording and previewing states without a cluster: the lab's stand-in,
 * which says of every update that it was made.
 */
import { idOf, type KubernetesObject } from "../../lab/plugins/kubernetes/objects";
import { toObject } from "../../lab/plugins/kubernetes/inputs";
import { KubernetesProvider } from "../../lab/plugins/kubernetes/provider";
import type * as rpc from "../../lab/plugins/rpc/provider";
import { servePlugin } from "../../lab/plugins/rpc/serve";
import { addProvider } from "../../lab/plugins/rpc/service";
import { reveal, type PropertyMap } from "../../lab/plugins/rpc/values";

class Recorder extends KubernetesProvider {
  override async create(request: rpc.ChangeRequest): Promise<rpc.Recorded> {
    if (request.preview) return super.create(request);
    return {
      id: idOf(toObject(reveal(request.inputs)) as KubernetesObject),
      state: request.inputs,
    };
  }

  override async update(request: rpc.UpdateRequest): Promise<PropertyMap> {
    return request.inputs;
  }

  override async delete(): Promise<void> {}
}

void servePlugin("pulumi-resource-kubernetes", (server, engine) =>
  addProvider(server, engine, new Recorder(engine)),
);
