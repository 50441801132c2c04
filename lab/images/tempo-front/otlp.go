package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"net/http"
)

// Tempo 1.5.0 reads the tenant of a write from gRPC alone. Here it is read from the header of HTTP
// requests too, and they are answered as the receiver of a current Tempo answers.

const (
	export      = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
	protobuf    = "application/x-protobuf"
	tenant      = "X-Scope-OrgID"
	largestBody = 20 << 20
)

// HTTP/2 without TLS, as gRPC speaks it inside a pod.
func client() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: &http.Transport{Protocols: protocols}}
}

type front struct {
	url    string
	client *http.Client
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/traces" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	if r.Header.Get("Content-Type") != protobuf {
		http.Error(w, protobuf+" only", http.StatusUnsupportedMediaType)
		return
	}
	message, err := read(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, code, text := f.call(r, message)
	if code != "0" {
		http.Error(w, text, status(code))
		return
	}
	w.Header().Set("Content-Type", protobuf)
	w.Write(answer)
}

func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body := http.MaxBytesReader(w, r.Body, largestBody)
	if r.Header.Get("Content-Encoding") == "gzip" {
		plain, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = http.MaxBytesReader(w, plain, largestBody)
	}
	return io.ReadAll(body)
}

const unavailable = "14"

// A unary call: a message each way, behind five bytes that say how long it is. The answer's status is in its trailers, or its headers where there is no message.
func (f front) call(r *http.Request, message []byte) (answer []byte, code, text string) {
	prefix := make([]byte, 5)
	binary.BigEndian.PutUint32(prefix[1:], uint32(len(message)))
	body := io.MultiReader(bytes.NewReader(prefix), bytes.NewReader(message))
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, f.url, body)
	if err != nil {
		return nil, unavailable, err.Error()
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	if id := r.Header.Get(tenant); id != "" {
		request.Header.Set(tenant, id)
	}
	response, err := f.client.Do(request)
	if err != nil {
		return nil, unavailable, err.Error()
	}
	defer response.Body.Close()
	frame, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, unavailable, err.Error()
	}
	for _, where := range []http.Header{response.Header, response.Trailer} {
		if code = where.Get("Grpc-Status"); code != "" {
			return frame[min(5, len(frame)):], code, where.Get("Grpc-Message")
		}
	}
	return nil, unavailable, "no status"
}

// https://github.com/open-telemetry/opentelemetry-collector: receiver/otlpreceiver, errors.go
func status(code string) int {
	switch code {
	case "1", "4", "10", "11", unavailable, "15":
		return http.StatusServiceUnavailable
	case "8":
		return http.StatusTooManyRequests
	case "3":
		return http.StatusBadRequest
	case "16":
		return http.StatusUnauthorized
	case "7":
		return http.StatusForbidden
	case "12":
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}
