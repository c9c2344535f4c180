package main

import (
	"context"
	"net/http"
	"sync/atomic"
)

// breaker lets so many requests run, and ten times as many wait.
type breaker struct {
	inside atomic.Int64
	most   int64
	slots  chan struct{}
}

func newBreaker(concurrency int) *breaker {
	return &breaker{most: int64(11 * concurrency), slots: make(chan struct{}, concurrency)}
}

func (b *breaker) enter(ctx context.Context) (int, bool) {
	if b.inside.Add(1) > b.most {
		b.inside.Add(-1)
		return http.StatusServiceUnavailable, false
	}
	// Most requests need not wait: a send that cannot block is cheaper than a select of two.
	select {
	case b.slots <- struct{}{}:
		return 0, true
	default:
	}
	select {
	case b.slots <- struct{}{}:
		return 0, true
	case <-ctx.Done():
		b.inside.Add(-1)
		return http.StatusGatewayTimeout, false
	}
}

func (b *breaker) leave() {
	<-b.slots
	b.inside.Add(-1)
}

func limited(b *breaker, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, entered := b.enter(r.Context())
		if !entered {
			http.Error(w, "pending request queue full", status)
			return
		}
		defer b.leave()
		next.ServeHTTP(w, r)
	})
}
