/** How a Service is exposed to what is outside of its cluster. */
export const ServiceType = {
  ClusterIP: "ClusterIP",
  LoadBalancer: "LoadBalancer",
  NodePort: "NodePort",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];
