// backend is the user container of the benchmarks: `GET /` is empty, `GET /64k` is 64 KiB, `GET /1g` 1 GiB, `POST` answers how many bytes came (400 if they were not
// the ones sent), `POST /echo` sends them back. HTTP/2 with prior knowledge on the same port; a gRPC method that answers everything on another.
package main

import (
	"encoding/json"
	"flag"
	"os"
	"time"

	"knative-ts.dev/anchors/internal/epoll"
)

type server struct {
	loop    *epoll.Loop
	answers *answers
	delay   time.Duration
	limit   int
	pod     bool
	running int
	waiting *epoll.Queue
}

func (s *server) later(act func()) { s.waiting.Add(time.Now().Add(s.delay), act) }

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address of HTTP/1.1 and h2c")
	grpc := flag.String("grpc", "127.0.0.1:0", "address of gRPC")
	delay := flag.Duration("delay", 0, "how long each HTTP/1.1 answer takes")
	limit := flag.Int("limit", 0, "of requests at once that take their time; one more is answered with 500")
	pod := flag.Bool("pod", false, "answer /healthz as a queue-proxy answers an activator")
	flag.Parse()
	if err := run(*listen, *grpc, server{delay: *delay, limit: *limit, pod: *pod}); err != nil {
		os.Stderr.WriteString("backend: " + err.Error() + "\n")
		os.Exit(1)
	}
}

func run(listen, grpc string, s server) error {
	loop, err := epoll.NewLoop()
	if err != nil {
		return err
	}
	s.loop, s.answers = loop, answersAt(time.Now())
	if s.waiting, err = loop.NewQueue(); err != nil {
		return err
	}
	clock, err := loop.NewQueue()
	if err != nil {
		return err
	}
	var tick func()
	tick = func() {
		now := time.Now()
		s.answers = answersAt(now)
		clock.Add(now.Add(time.Second), tick)
	}
	tick()
	http, err := loop.Listen(listen, func(c *epoll.Conn) epoll.Protocol { return &sniffer{conn: c, server: &s} })
	if err != nil {
		return err
	}
	method, err := loop.Listen(grpc, func(c *epoll.Conn) epoll.Protocol { return &sniffer{conn: c, server: &s, grpc: true} })
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"http": http, "grpc": method}); err != nil {
		return err
	}
	return loop.Run()
}
