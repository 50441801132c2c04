/** Every figure that decides when an alert fires, with its reason. Durations as PromQL has them. */
export const THRESHOLDS = {
  /** Often enough that nobody waits for it, and 20 cheap queries. */
  evaluationInterval: "30s",

  /** Eight scrapes: far above the seconds that a well queue is behind. */
  freshWindow: "2m",
  /**
   * A rollout of the agent or a busy node takes less, and so does an edge that was just signed to
   * connect.
   */
  silentFor: "4m",
  /** Soon enough to act before buffers fill. */
  behindFor: "2m",
  /** Failed samples are gone: told at the first one, and for long enough to be seen. */
  droppingWindow: "10m",
  droppingFor: "1m",
  /**
   * A restart of a backend or a reload answers wrongly for less than a minute; the window adds its
   * two.
   */
  refusingWindow: "2m",
  refusingFor: "5m",

  /** Queues have room for the outage: at half of it there is as much time to act as has passed. */
  collectorQueueShare: 0.5,
  /** A rollout over the nodes and a short hold-up take less. */
  collectorFor: "5m",

  inventoryMissingFor: "5m",

  /**
   * A pod that moves to another node takes minutes to read its log; upstream's mixin waits as long.
   */
  ingesterFor: "15m",
  /** Blocks are cut every two hours and go to the bucket at once. */
  unshippedSeconds: 3600,
  /** It runs every hour. One failed run is made good by the next. */
  compactorFailedRuns: 2,
  compactorFailedWindow: "2h",
  compactorFor: "15m",
  /** Until then queries get slower, but nothing is lost. */
  compactorIdleSeconds: 24 * 3600,
  /**
   * Single failures are retried by the client; a twentieth of all is an outage, or a right that was
   * taken away.
   */
  bucketFailureRatio: 0.05,
  bucketWindow: "5m",
  bucketFor: "10m",

  /**
   * Sidecars look for blocks to upload every half a minute: failures in each of three windows with
   * thirty tries are an outage, or a right that was taken away.
   */
  uploadWindow: "15m",
  uploadFor: "45m",

  /**
   * A store that is away or slow for a moment fails some evaluations, and a new one comes within a
   * minute: in each of three windows it is an outage, or a rule that cannot be evaluated.
   */
  rulesWindow: "5m",
  rulesFor: "10m",

  /** A renewal job that runs weekly has missed twice. */
  renewalSlackDays: 14,
  /** A fortnight for whoever is on holiday. */
  certificateCriticalDays: 14,
  certificateFor: "5m",
} as const;
