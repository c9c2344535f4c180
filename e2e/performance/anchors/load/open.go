package main

import (
	"math"
	"time"
)

// Connections that are there before the first request.
const atFirst = 64

// openLoop lets requests arrive at exponential gaps, whatever comes of them; connections are opened as they are needed.
func (r *run) openLoop() error {
	for range min(r.connections, atFirst) {
		if err := r.dial(); err != nil {
			return err
		}
	}
	next := time.Now().Add(10 * time.Millisecond)
	var arrive func()
	arrive = func() {
		if r.phase == draining {
			return
		}
		r.arrival(next)
		next = next.Add(time.Duration(-math.Log(1-r.gaps.Float64()) / r.rate * float64(time.Second)))
		r.clock.Add(next, arrive)
	}
	r.clock.Add(next, arrive)
	r.warm()
	return nil
}

func (r *run) arrival(scheduled time.Time) {
	if last := len(r.idle) - 1; last >= 0 {
		c := r.idle[last]
		r.idle = r.idle[:last]
		r.start(c, scheduled)
		return
	}
	r.waiting = append(r.waiting, scheduled)
	if r.open+r.dialing < r.connections {
		if err := r.dial(); err != nil {
			r.fault(err.Error())
		}
	}
}

func (r *run) offer(c connection) {
	if len(r.waiting) > 0 {
		scheduled := r.waiting[0]
		r.waiting = r.waiting[1:]
		r.start(c, scheduled)
		return
	}
	r.idle = append(r.idle, c)
}
