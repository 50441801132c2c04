import { z } from "zod";
import { described, port } from "@heliograph/heliograph/model";

/** How a Service is reached from outside its cluster; `nodePort`: an example of one. */
export const exposureFields = (nodePort: number) => ({
  serviceType: described(
    z.enum(["LoadBalancer", "NodePort", "ClusterIP"]).default("LoadBalancer"),
    "How the Service is exposed: LoadBalancer, NodePort or ClusterIP",
    "LoadBalancer",
  ),
  nodePort: port("Port of the node, with serviceType NodePort", nodePort).optional(),
  serviceAnnotations: described(
    z.record(z.string(), z.string()).default({}),
    "Annotations for the load balancer, as text to text",
    { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
  ),
});
