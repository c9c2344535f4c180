package main

import (
	"net/http"
	"sync"
	"time"
)

// counter knows how many requests came, and how many were inside on average over time.
type counter struct {
	mutex      sync.Mutex
	inside     float64
	requests   float64
	weighted   float64
	lastChange time.Time
}

func newCounter() *counter { return &counter{lastChange: time.Now()} }

func (c *counter) change(by float64) {
	c.mutex.Lock()
	now := time.Now()
	c.weighted += c.inside * now.Sub(c.lastChange).Seconds()
	c.lastChange = now
	c.inside += by
	if by > 0 {
		c.requests++
	}
	c.mutex.Unlock()
}

func counted(c *counter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.change(1)
		defer c.change(-1)
		next.ServeHTTP(w, r)
	})
}
