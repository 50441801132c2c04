import { alerts } from "./alerts.js";
import { arrival } from "./arrival.js";
import { azure, gcs } from "./clouds.js";
import type { Scenario } from "./context.js";
import { cortex } from "./cortex.js";
import { dashboards } from "./dashboards.js";
import { firstLight } from "./first-light.js";
import { flows } from "./flows.js";
import { ha } from "./ha.js";
import { hubAway } from "./hub-away.js";
import { incidents } from "./incidents.js";
import { labels } from "./labels.js";
import { lateSamples } from "./late-samples.js";
import { logsMicroservices } from "./logs-microservices.js";
import { microservices } from "./microservices.js";
import { network } from "./network.js";
import { noLoss } from "./no-loss.js";
import { nothingLost } from "./nothing-lost.js";
import { notifications } from "./notifications.js";
import { onboard } from "./onboard.js";
import { plainCli } from "./plain-cli.js";
import { residency } from "./residency.js";
import { rotation } from "./rotation.js";
import { sampling } from "./sampling.js";
import { tenancy } from "./tenancy.js";
import { thanosEdge } from "./thanos-edge.js";
import { thanosHub } from "./thanos-hub.js";
import { unchanged } from "./unchanged.js";
import { verifyFails } from "./verify-fails.js";
import { wave } from "./wave.js";

/** All scenarios, in the order in which `lab scenario all` runs them. */
export const scenarios: readonly Scenario[] = [
  network,
  firstLight,
  arrival,
  labels,
  dashboards,
  sampling,
  unchanged,
  plainCli,
  tenancy,
  flows,
  lateSamples,
  noLoss,
  nothingLost,
  ha,
  hubAway,
  microservices,
  logsMicroservices,
  residency,
  thanosHub,
  thanosEdge,
  rotation,
  verifyFails,
  alerts,
  notifications,
  incidents,
  wave,
  onboard,
  azure,
  gcs,
  cortex,
];
