// bare is what the sidecar is measured against: ReverseProxy with a buffer pool, and nothing else.
package main

import (
	"flag"
	"os"

	"knative-ts.dev/anchors/internal/proxy"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to serve")
	to := flag.String("to", "", "address of the upstream")
	flag.Parse()
	if err := proxy.Serve(*listen, proxy.Reverse(*to)); err != nil {
		os.Stderr.WriteString("bare: " + err.Error() + "\n")
		os.Exit(1)
	}
}
