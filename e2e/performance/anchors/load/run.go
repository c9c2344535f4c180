package main

import (
	"fmt"
	"math/rand"
	"time"

	"knative-ts.dev/anchors/internal/epoll"
)

type phase int

const (
	connecting phase = iota
	warming
	measuring
	draining
)

// connection can have requests sent on it.
type connection interface {
	// send sends one; scheduled is when it should have been sent.
	send(scheduled time.Time)
	// places is how many requests at once fit.
	places() int
}

// run is one turn: it connects, warms up, measures, waits for the last answers.
type run struct {
	settings
	loop  *epoll.Loop
	clock *epoll.Queue
	phase phase
	gaps  *rand.Rand

	open      int
	dialing   int
	underWay  int
	idle      []connection
	waiting   []time.Time
	started   time.Time
	began     time.Time
	seconds   float64
	cpu       time.Duration
	latencies histogram
	seen      seen
	composed  []byte
	byHost    [][]byte
	nextHost  int
}

func newRun(set settings) (*run, error) {
	loop, err := epoll.NewLoop()
	if err != nil {
		return nil, err
	}
	clock, err := loop.NewQueue()
	if err != nil {
		return nil, err
	}
	r := &run{settings: set, loop: loop, clock: clock, started: time.Now(), gaps: rand.New(rand.NewSource(set.seed))}
	r.seen = seen{statuses: map[int]int{}, faults: map[string]int{}, faultsAt: []float64{}}
	return r, nil
}

func (r *run) whole() error {
	if r.rate == 0 {
		for range r.connections {
			if err := r.dial(); err != nil {
				return err
			}
		}
		r.after(r.patience, func() {
			if r.phase == connecting {
				r.fault(fmt.Sprintf("only %d of %d connections are open", r.open, r.connections))
				r.loop.Stop()
			}
		})
	} else if err := r.openLoop(); err != nil {
		return err
	}
	return r.loop.Run()
}

func (r *run) dial() error {
	r.dialing++
	return r.loop.Dial(r.address, func(c *epoll.Conn) epoll.Protocol {
		if r.protocol == "h1" {
			return newClient1(r, c)
		}
		return newClient2(r, c)
	})
}

// after calls act later, on a clock of its own: a queue wants its additions in order.
func (r *run) after(wait time.Duration, act func()) {
	clock, err := r.loop.NewQueue()
	if err != nil {
		r.fault(err.Error())
		r.loop.Stop()
		return
	}
	clock.Add(time.Now().Add(wait), func() {
		clock.Close()
		act()
	})
}

func (r *run) warm() {
	r.phase = warming
	r.after(r.warmup, r.measure)
}

func (r *run) measure() {
	r.phase = measuring
	r.cpu = r.cpuNow()
	r.began = time.Now()
	r.after(r.duration, r.drain)
}

func (r *run) drain() {
	r.seconds = time.Since(r.began).Seconds()
	r.cpu = r.cpuNow() - r.cpu
	r.phase = draining
	if r.underWay == 0 && len(r.waiting) == 0 {
		r.loop.Stop()
		return
	}
	// In an open loop some may wait for a connection: they have been due, and their wait counts.
	r.after(r.patience, r.giveUp)
}

func (r *run) cpuNow() time.Duration {
	if r.pid == 0 {
		return 0
	}
	at, err := cpuOf(r.pid)
	if err != nil {
		r.fault(fmt.Sprintf("no CPU time of process %d: %v", r.pid, err))
	}
	return at
}

func (r *run) giveUp() {
	for range r.underWay + len(r.waiting) {
		r.fault(fmt.Sprintf("no answer within %v", r.patience))
	}
	r.loop.Stop()
}

// opened is told by a connection that can be used.
func (r *run) opened(c connection) {
	r.dialing--
	r.open++
	if r.rate > 0 {
		for range c.places() {
			r.offer(c)
		}
		return
	}
	for range c.places() {
		r.start(c, time.Now())
	}
	if r.phase == connecting && r.open == r.connections {
		r.warm()
	}
}

func (r *run) start(c connection, scheduled time.Time) {
	r.underWay++
	c.send(scheduled)
}

// done is told of each whole answer. reusable: the connection can carry the next.
func (r *run) done(c connection, a *answer, scheduled time.Time, reusable bool) {
	r.underWay--
	now := time.Now()
	fault := a.fault(&r.want)
	if fault != "" {
		r.fault(fault)
	}
	if r.phase == measuring || r.phase == draining && r.rate > 0 {
		r.seen.requests++
		r.seen.statuses[a.status]++
		if fault == "" && a.status == r.want.statuses[0] {
			r.latencies.add(now.Sub(scheduled))
		}
	}
	switch {
	case r.rate > 0:
		if reusable {
			r.offer(c)
		}
		if r.phase == draining && r.underWay == 0 && len(r.waiting) == 0 {
			r.loop.Stop()
		}
	case r.phase == draining:
		if r.underWay == 0 {
			r.loop.Stop()
		}
	case reusable:
		r.start(c, now)
	}
}

// lost is told of a connection that is gone, with so many requests on it.
func (r *run) lost(c connection, underWay int, err error) {
	r.open--
	for range underWay {
		r.underWay--
		r.fault(fmt.Sprintf("connection lost before the answer: %v", err))
	}
	kept := r.idle[:0]
	for _, one := range r.idle {
		if one != c {
			kept = append(kept, one)
		}
	}
	r.idle = kept
	r.seen.reconnects++
	if r.phase == draining {
		if r.underWay == 0 && len(r.waiting) == 0 {
			r.loop.Stop()
		}
		return
	}
	if r.rate == 0 || len(r.waiting) > 0 {
		r.redial()
	}
}

// A server that is gone must not make this a busy loop.
func (r *run) redial() {
	r.after(time.Millisecond, func() {
		if err := r.dial(); err != nil {
			r.fault(err.Error())
		}
	})
}

// refused is told of a connection that never opened.
func (r *run) refused(err error) {
	r.dialing--
	r.fault(fmt.Sprintf("cannot connect: %v", err))
	if r.phase != draining {
		r.redial()
	}
}

func (r *run) fault(what string) {
	r.seen.errors++
	r.seen.faults[what]++
	if len(r.seen.faultsAt) < 20 {
		r.seen.faultsAt = append(r.seen.faultsAt, time.Since(r.started).Seconds())
	}
}
