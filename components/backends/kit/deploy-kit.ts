import { createCaches, redisPasswordOf } from "./caches";
import { createReloadedConfig, createStartUpConfig, createTenantRules } from "./config-maps";
import { createMicroservices } from "./microservices";
import { Ruler } from "./ruler/ruler";
import { createDiscoveryService, createWriteService } from "./services";
import { createShared } from "./shared";
import { createSingle } from "./single";

/**
 * What backends make their objects with. They are given it, rather than import it, so that the
 * registry can be read without Pulumi.
 */
export const DEPLOY_KIT = {
  createCaches,
  createDiscoveryService,
  createMicroservices,
  createReloadedConfig,
  createShared,
  createSingle,
  createStartUpConfig,
  createTenantRules,
  createWriteService,
  redisPasswordOf,
  Ruler,
} as const;

export type DeployKit = typeof DEPLOY_KIT;
