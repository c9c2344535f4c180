// load asks one server as fast as it answers (closed loop), or at a rate whatever it does (open loop, `-rate`: latency counts from the scheduled time),
// compares every answer with what it must be, and prints one JSON line. It never retries.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"knative-ts.dev/anchors/internal/payload"
)

type settings struct {
	address     string
	protocol    string
	connections int
	streams     int
	method      string
	path        string
	host        string
	hosts       int
	headers     []string
	body        []byte
	want        want
	rate        float64
	seed        int64
	warmup      time.Duration
	duration    time.Duration
	patience    time.Duration
	pid         int
}

func main() {
	set, err := parse()
	if err == nil {
		var r *run
		if r, err = newRun(set); err == nil {
			if err = r.whole(); err == nil {
				err = json.NewEncoder(os.Stdout).Encode(r.report())
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func parse() (settings, error) {
	var set settings
	flag.StringVar(&set.address, "address", "", "of the server: IPv4:PORT")
	flag.StringVar(&set.protocol, "protocol", "h1", "h1, h2c or grpc")
	flag.IntVar(&set.connections, "connections", 1, "how many; in an open loop at most so many")
	flag.IntVar(&set.streams, "streams", 1, "requests at once on one connection of HTTP/2")
	flag.StringVar(&set.method, "method", "GET", "of the request")
	flag.StringVar(&set.path, "path", "/", "of the request")
	flag.StringVar(&set.host, "host", "", "Host of the request; the address unless told")
	flag.IntVar(&set.hosts, "hosts", 1, "with more than 1: so many in turn, `%d` in -host being 0, 1, 2 and so on; HTTP/1.1 only")
	flag.Func("header", "`Name: value`, as often as you like", func(line string) error {
		set.headers = append(set.headers, line)
		return nil
	})
	body := flag.Int("body", 0, "bytes of the request's body")
	statuses := flag.String("statuses", "200", "that are right, with commas between; the first is the one whose body and latency count")
	flag.IntVar(&set.want.length, "want-length", -1, "bytes of a right answer's body; any number unless told")
	flag.StringVar(&set.want.text, "want-text", "", "a right answer's body")
	flag.Float64Var(&set.rate, "rate", 0, "requests a second, at exponential gaps; 0: closed loop")
	flag.Int64Var(&set.seed, "seed", 1, "of the gaps")
	flag.DurationVar(&set.warmup, "warmup", 300*time.Millisecond, "before anything counts")
	flag.DurationVar(&set.duration, "duration", time.Second, "that counts")
	flag.DurationVar(&set.patience, "patience", 10*time.Second, "for the last answers")
	flag.IntVar(&set.pid, "pid", 0, "process whose CPU time is read at the begin and the end of what counts")
	flag.Parse()
	set.body = payload.Of(*body)
	if set.host == "" {
		set.host = set.address
	}
	for _, status := range strings.Split(*statuses, ",") {
		var code int
		if _, err := fmt.Sscanf(status, "%d", &code); err != nil || code < 100 || code > 599 {
			return set, fmt.Errorf("-statuses: %q is no status", status)
		}
		set.want.statuses = append(set.want.statuses, code)
	}
	if set.want.text != "" {
		set.want.length = len(set.want.text)
	}
	if set.hosts > 1 && (set.protocol != "h1" || !strings.Contains(set.host, "%d")) {
		return set, fmt.Errorf("-hosts needs h1 and a %%d in -host")
	}
	if set.rate == 0 && set.connections < 1 || set.streams < 1 {
		return set, fmt.Errorf("-connections and -streams: at least 1")
	}
	return set, nil
}
