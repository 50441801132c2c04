package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

type section = map[string]any

type translated struct {
	text []byte
	// Where Tempo 2 would read its runtime configuration, and listen.
	runtimeFile, http, otlpHTTP, otlpGRPC string
	// Whether it uploads everything when it stops.
	flushes bool
}

// What Tempo 1.5.0 is given instead of a configuration of Tempo 2. It listens for HTTP at `own`.
func translateConfig(text []byte, own, runtimeFile string) (result translated, err error) {
	config := section{}
	if err = yaml.Unmarshal(text, &config); err != nil {
		return
	}
	config["search_enabled"] = true
	if config["metrics_generator"] != nil {
		config["metrics_generator_enabled"] = true
	}

	server := at(config, "server")
	result.http = address(take(server, "http_listen_address"), take(server, "http_listen_port"))
	server["http_listen_address"], server["http_listen_port"], err = split(own)
	if err != nil {
		return
	}

	distributor := at(config, "distributor")
	take(distributor, "retry_after_on_resource_exhausted")
	take(distributor, "max_attribute_bytes")
	protocols := at(distributor, "receivers", "otlp", "protocols")
	if overHTTP, found := take(protocols, "http").(section); found {
		result.otlpHTTP = fmt.Sprint(overHTTP["endpoint"])
	}
	result.otlpGRPC = fmt.Sprint(at(protocols, "grpc")["endpoint"])

	ingester := at(config, "ingester")
	result.flushes = take(ingester, "flush_all_on_shutdown") == true
	// What was queued for the bucket is uploaded meanwhile.
	at(ingester, "lifecycler")["final_sleep"] = "30s"
	// As many as 2.x has by itself. One trace that is asked for is 20 of them, and what is beyond is
	// answered 429.
	at(config, "query_frontend")["max_outstanding_per_tenant"] = 2000

	overrides := at(config, "overrides")
	if defaults, found := take(overrides, "defaults").(section); found {
		overrides["ingestion_rate_strategy"] = at(defaults, "ingestion")["rate_strategy"]
	}
	result.runtimeFile = fmt.Sprint(overrides["per_tenant_override_config"])
	overrides["per_tenant_override_config"] = runtimeFile

	if err = translateStorage(at(config, "storage", "trace")); err == nil {
		result.text, err = yaml.Marshal(config)
	}
	return
}

func translateStorage(trace section) error {
	for _, store := range []string{"s3", "gcs", "azure"} {
		if bucket, found := trace[store].(section); found && bucket["prefix"] != nil {
			return errors.New("Tempo 1.5.0 knows no prefix of objects")
		}
	}
	if azure, found := trace["azure"].(section); found {
		// It knows no workload identity.
		trace["azure"] = section{
			"storage-account-name": azure["storage_account_name"],
			"container-name":       azure["container_name"],
			"endpoint-suffix":      azure["endpoint_suffix"],
			"use-managed-identity": azure["use_federated_token"],
		}
	}
	return nil
}

// Limits of a tenant: section and key in Tempo 2, and the key in 1.5.0.
var limits = []struct{ section, key, first string }{
	{"ingestion", "rate_limit_bytes", "ingestion_rate_limit_bytes"},
	{"ingestion", "burst_size_bytes", "ingestion_burst_size_bytes"},
	{"ingestion", "max_traces_per_user", "max_traces_per_user"},
	{"global", "max_bytes_per_trace", "max_bytes_per_trace"},
	{"read", "max_bytes_per_tag_values_query", "max_bytes_per_tag_values_query"},
	{"compaction", "block_retention", "block_retention"},
	{"metrics_generator", "processors", "metrics_generator_processors"},
}

// The runtime configuration for 1.5.0.
func translateRuntime(text []byte) ([]byte, error) {
	return eachTenant(text, func(tenant section) (section, error) {
		first := section{}
		for _, limit := range limits {
			if value := take(at(tenant, limit.section), limit.key); value != nil {
				first[limit.first] = value
			}
		}
		for name, rest := range tenant {
			if inner, found := rest.(section); !found || len(inner) > 0 {
				return nil, fmt.Errorf("%s: not known here: %v", name, rest)
			}
		}
		return first, nil
	})
}

// The runtime configuration that 1.5.0 shows, as Tempo 2 shows it.
func showRuntime(text []byte) ([]byte, error) {
	return eachTenant(text, func(tenant section) (section, error) {
		shown := section{}
		for _, limit := range limits {
			if value := tenant[limit.first]; value != nil {
				at(shown, limit.section)[limit.key] = value
			}
		}
		return shown, nil
	})
}

func eachTenant(text []byte, translate func(section) (section, error)) ([]byte, error) {
	var file struct {
		Overrides map[string]section `yaml:"overrides"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	for name, tenant := range file.Overrides {
		translated, err := translate(tenant)
		if err != nil {
			return nil, fmt.Errorf("tenant %s: %w", name, err)
		}
		file.Overrides[name] = translated
	}
	return yaml.Marshal(file)
}

// The section at a path, made where there is none.
func at(from section, path ...string) section {
	for _, step := range path {
		inner, found := from[step].(section)
		if !found {
			inner = section{}
			from[step] = inner
		}
		from = inner
	}
	return from
}

func take(from section, key string) any {
	value := from[key]
	delete(from, key)
	return value
}

func address(host, port any) string {
	if host == nil {
		host = ""
	}
	return net.JoinHostPort(fmt.Sprint(host), fmt.Sprint(port))
}

func split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	return
}

// Where a program on the same machine is reached that listens there.
func loopback(address string) string {
	return strings.Replace(address, "0.0.0.0:", "127.0.0.1:", 1)
}
