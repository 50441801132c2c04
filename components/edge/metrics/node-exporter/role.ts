import type { Role } from "../../../kit/labels";

export const NODE_EXPORTER: Role = { name: "node-exporter" };
export const NODE_EXPORTER_PORT = 9100;
