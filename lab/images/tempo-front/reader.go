package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
)

// What Tempo answers over HTTP, as Tempo 2 answers it.
type reader struct{ tempo string }

var header = regexp.MustCompile(`^GET .*\n`)

func (r reader) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	tenants := strings.Split(request.Header.Get(tenant), "|")
	switch path := request.URL.Path; {
	case path == "/status/runtime_config":
		status, text := r.ask(request, "")
		shown, err := showRuntime(header.ReplaceAll(text, nil))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(status)
		io.WriteString(w, "GET /status/runtime_config\n"+string(shown))
	case len(tenants) > 1 && strings.HasPrefix(path, "/api/traces/"):
		status, text := 0, []byte(nil)
		for _, each := range tenants {
			if status, text = r.ask(request, each); status == http.StatusOK {
				break
			}
		}
		w.WriteHeader(status)
		w.Write(text)
	case len(tenants) > 1 && strings.HasPrefix(path, "/api/search"):
		r.searchAll(w, request, tenants)
	default:
		target, err := url.Parse(r.tempo)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, request)
	}
}

// Version 1.5.0 takes several tenants for one: here each is asked, and their answers are joined.
func (r reader) searchAll(w http.ResponseWriter, request *http.Request, tenants []string) {
	joined := map[string][]any{}
	for _, each := range tenants {
		status, text := r.ask(request, each)
		var answer map[string]any
		if status != http.StatusOK || json.Unmarshal(text, &answer) != nil {
			w.WriteHeader(status)
			w.Write(text)
			return
		}
		for key, value := range answer {
			if list, found := value.([]any); found {
				joined[key] = append(joined[key], list...)
			}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(joined)
}

// Sends a request on, in the name of a tenant.
func (r reader) ask(from *http.Request, as string) (int, []byte) {
	request, err := http.NewRequestWithContext(
		from.Context(), from.Method, r.tempo+from.URL.RequestURI(), nil,
	)
	if err != nil {
		return http.StatusInternalServerError, []byte(err.Error())
	}
	request.Header = from.Header.Clone()
	if as != "" {
		request.Header.Set(tenant, as)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return http.StatusBadGateway, []byte(err.Error())
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return http.StatusBadGateway, []byte(err.Error())
	}
	return response.StatusCode, text
}
