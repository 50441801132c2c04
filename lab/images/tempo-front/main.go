// The lab's Tempo is 1.5.0, and is given what Tempo 2 is given: this program stands in front of it,
// translates its configuration and what it shows, and takes what it cannot: writes of a tenant over
// HTTP, queries over several tenants, and the order to upload everything at a stop.
package main

import (
	"cmp"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("tempo-front: ")
	// The kernel ends Tempo when the thread ends that has started it.
	runtime.LockOSThread()
	folder, err := os.MkdirTemp("", "tempo-front-")
	check(err)
	text, err := os.ReadFile(flagValue("config.file"))
	check(err)
	own := address("127.0.0.1", freePort())
	config, err := translateConfig(text, own, filepath.Join(folder, "runtime.yaml"))
	check(err)
	check(os.WriteFile(filepath.Join(folder, "tempo.yaml"), config.text, 0o600))
	follow(config.runtimeFile, filepath.Join(folder, "runtime.yaml"))

	target := cmp.Or(flagValue("target"), "all")
	serve(config.http, reader{"http://" + own})
	if config.otlpHTTP != "" && (target == "all" || target == "distributor") {
		serve(config.otlpHTTP, front{"http://" + loopback(config.otlpGRPC) + export, client()})
	}
	flushes := config.flushes && (target == "all" || target == "ingester")
	os.Exit(run(filepath.Join(folder, "tempo.yaml"), own, flushes))
}

// Runs Tempo until it ends.
func run(config, own string, flushes bool) int {
	var args []string
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(strings.TrimLeft(arg, "-"), "config.file=") {
			arg = "-config.file=" + config
		}
		args = append(args, arg)
	}
	tempo := exec.Command(cmp.Or(os.Getenv("TEMPO"), "/usr/bin/tempo"), args...)
	tempo.Stdout, tempo.Stderr = os.Stdout, os.Stderr
	tempo.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTERM, syscall.SIGINT)
	check(tempo.Start())
	go func() {
		for stop := range stops {
			if flushes {
				if response, err := http.Get("http://" + own + "/flush"); err == nil {
					response.Body.Close()
				}
			}
			tempo.Process.Signal(stop)
		}
	}()
	tempo.Wait()
	return tempo.ProcessState.ExitCode()
}

// Translates the runtime configuration, and each change of it.
func follow(from, to string) {
	var last string
	update := func() {
		text, err := os.ReadFile(from)
		if err != nil || string(text) == last {
			return
		}
		last = string(text)
		translated, err := translateRuntime(text)
		if err == nil {
			err = os.WriteFile(to+".new", translated, 0o600)
		}
		if err == nil {
			err = os.Rename(to+".new", to)
		}
		if err != nil {
			log.Print(from, ": ", err)
		}
	}
	update()
	go func() {
		for range time.Tick(time.Second) {
			update()
		}
	}()
}

func serve(at string, handler http.Handler) {
	listener, err := net.Listen("tcp", at)
	check(err)
	go func() { log.Fatal(http.Serve(listener, handler)) }()
}

func flagValue(name string) string {
	for _, arg := range os.Args[1:] {
		if value, found := strings.CutPrefix(strings.TrimLeft(arg, "-"), name+"="); found {
			return value
		}
	}
	return ""
}

func freePort() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
