// sidecar is the anchor of the benchmarks: what a Go sidecar of a serverless platform does to a request, on Go's own ReverseProxy.
package main

import (
	"flag"
	"net/http"
	"os"
	"time"

	"knative-ts.dev/anchors/internal/proxy"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to serve")
	to := flag.String("to", "", "address of the upstream")
	concurrency := flag.Int("concurrency", 1000, "requests at once; ten times as many may wait")
	total := flag.Duration("timeout", 300*time.Second, "of the whole request")
	firstByte := flag.Duration("first-byte", 300*time.Second, "until the response begins")
	idle := flag.Duration("idle", 300*time.Second, "between two pieces of the response")
	flag.Parse()

	reverse := proxy.Reverse(*to)
	reverse.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		if expired(r.Context()) {
			http.Error(w, "request timeout", http.StatusGatewayTimeout)
			return
		}
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
	handler := counted(newCounter(), limited(newBreaker(*concurrency), reverse))
	if err := proxy.Serve(*listen, within(limits{total: *total, firstByte: *firstByte, idle: *idle}, handler)); err != nil {
		os.Stderr.WriteString("sidecar: " + err.Error() + "\n")
		os.Exit(1)
	}
}
