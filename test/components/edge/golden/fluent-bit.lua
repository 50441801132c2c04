local levels = { trace = "trace", debug = "debug", info = "info", warn = "warn", err = "error", fatal = "fatal", crit = "fatal", panic = "fatal" }

function labels(tag, timestamp, record)
  local pod = record["kubernetes"] or {}
  local labels, annotations = pod["labels"] or {}, pod["annotations"] or {}
  record["namespace"] = pod["namespace_name"]
  record["container"] = pod["container_name"]
  record["pod"] = pod["pod_name"]
  record["node"] = pod["host"]
  record["app"] = labels["app.kubernetes.io/name"] or labels["app"] or pod["container_name"]
  record["service_name"] = annotations["resource.opentelemetry.io/service.name"] or record["app"]
  record["level"] = levels[string.lower(record["level"] or "")] or "unknown"
  record["kubernetes"] = nil
  return 2, timestamp, record
end
