/**
 * Proves: names in the rules that do not exist, numbers outside of their range and pairs that
 * compare nothing are rejected together, each with what was expected.
 * Does not prove: what the rules make of them; test/components/rules/workloads.test.ts does.
 */
import { describe, expect, it } from "vitest";
import type { HubRulesArgs } from "../../../components/hub/rules-args";
import { argsIssues } from "../../../components/hub/args-issues";
import { formatIssues } from "../../../components/kit/issues";
import { hubArgs } from "./hub";

const said = (rules: HubRulesArgs) =>
  formatIssues("HubObservability hub", argsIssues(hubArgs({ rules })));

describe("rules about workloads", () => {
  it("may be changed for everybody, a tenant and an environment", () => {
    const rules: HubRulesArgs = {
      thresholds: { nodeCpuRatio: 0.8, volumeDays: 7 },
      tenants: { shared: { thresholds: { serviceErrorRatio: 0 } } },
      environments: { dev: { thresholds: { nodeCpuRatio: 1 } } },
      disabled: ["NodeCpuBusy", "MultiClusterGPUHigh"],
    };
    expect(argsIssues(hubArgs({ rules }))).toEqual([]);
  });

  it("are rejected with everything that is wrong with them", () => {
    const rules = {
      thresholds: { nodeCpuRatio: 90, volumeDay: 3 },
      tenants: { shred: { thresholds: {} } },
      environments: { prod: {} },
      disabled: ["NodeCpuBusy", "EdgeSilent"],
      drift: [{ environment: "dev", with: "dev" }],
    } as HubRulesArgs;
    expect(said(rules)).toMatchInlineSnapshot(`
      "HubObservability hub: 6 problems

      1. rules.thresholds.nodeCpuRatio
         got       90
         expected  Share of a node's CPU time that may be used: a number from 0.1 to 1
         paste     rules: { thresholds: { nodeCpuRatio: 0.9 } }

      2. rules.thresholds
         got       {"nodeCpuRatio":90,"volumeDay":3}
         expected  When alerts fire
         paste     rules: { thresholds: {"nodeCpuRatio":0.9} }

      3. rules.environments.prod
         got       "prod"
         expected  one of the environments of \`edges\`: dev
         paste     rules: { environments: { dev: {"thresholds":{"nodeCpuRatio":0.95}} } }

      4. rules.tenants.shred
         got       "shred"
         expected  one of the \`tenants\`: dev, shared
         paste     rules: { tenants: { dev: {"thresholds":{"nodeCpuRatio":0.95}} } }

      5. rules.disabled[1]
         got       "EdgeSilent"
         expected  one of the alerts about workloads: NodeNotReady, NodeUnderPressure, NodeCpuBusy, NodeMemoryFull, NodeFilesystemFull, NodeFilesystemFilling, NodeInodesFull, NodeClockWrong, NodeNetworkErrors, NodeDiskSaturated, PodCrashLooping, PodNotReady, ContainerOomKilled, ContainerWaiting, ContainerThrottled, ContainerMemoryNearLimit, DeploymentReplicasMissing, DeploymentRolloutStuck, StatefulSetReplicasMissing, DaemonSetPodsMissing, AutoscalerAtMaximum, DisruptionBudgetBroken, QuotaNearlyUsed, ClusterOvercommitted, VolumeFull, VolumeFilling, VolumeInodesFull, VolumeFailed, VolumeClaimPending, JobFailed, JobSlow, CronJobLate, ApiServerDown, ApiServerErrors, ApiServerSlow, ApiServerOverloaded, KubeletDown, KubeletFull, KubeletSlow, PodStartSlow, NodeEvicting, ClientCertificateExpiring, KubeletCertificateExpiring, KubeletCertificateRenewalFailing, ServiceErrors, ServiceSlow, GpuHot, GpuMemoryFull, GpuErrors, GpuBroken, ClusterDown, EnvironmentDrift, MultiClusterGPUHigh
         paste     rules: { disabled: ["NodeNotReady"] }

      6. rules.drift[0].with
         got       "dev"
         expected  another environment than the one that is compared
         paste     rules: { drift: [{ with: "..." }] }"
    `);
  });
});
