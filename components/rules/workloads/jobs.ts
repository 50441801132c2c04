import { IN_CLUSTER, maxBy, on, type Subject } from "./subject";

const JOB = "namespace, job_name";
const CRON_JOB = "namespace, cronjob";
const HOUR = 3600;

/** Jobs and cron jobs. */
export const jobs: Subject = {
  name: "jobs",
  recordings: [],
  alerts: (limits, of) => [
    {
      name: "JobFailed",
      severity: "warning",
      expr: `${maxBy(JOB, of("kube_job_failed", `condition="true"`))} == 1`,
      for: "15m",
      summary: `Job {{ $labels.namespace }}/{{ $labels.job_name }} ${IN_CLUSTER} failed`,
      description:
        "It is not tried again. First: the log of its last pod; delete the job to end the alert",
    },
    {
      name: "JobSlow",
      severity: "warning",
      expr: `(time() - ${maxBy(JOB, `${of("kube_job_status_start_time")} and ${on(JOB)} kube_job_status_active > 0`)}) / ${HOUR} > ${limits.jobHours}`,
      for: "5m",
      summary: `Job {{ $labels.namespace }}/{{ $labels.job_name }} ${IN_CLUSTER} has run for {{ $value | printf "%.0f" }} hours`,
      description: `Longer than ${limits.jobHours} hours. First: its log: whether it gets on`,
    },
    {
      name: "CronJobLate",
      severity: "warning",
      expr: `(time() - ${maxBy(CRON_JOB, of("kube_cronjob_next_schedule_time"))}) / 60 > ${limits.cronJobMinutes} unless ${on(CRON_JOB)} kube_cronjob_spec_suspend == 1 unless ${on(CRON_JOB)} kube_cronjob_status_active > 0`,
      for: "5m",
      summary: `Cron job {{ $labels.namespace }}/{{ $labels.cronjob }} ${IN_CLUSTER} is late by {{ $value | printf "%.0f" }} minutes`,
      description:
        "It should have been started, and was not. First: its events, its deadline (startingDeadlineSeconds), and the controller manager",
    },
  ],
};
