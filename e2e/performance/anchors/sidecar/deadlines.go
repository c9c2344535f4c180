package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// limits of one request: until it is over, until its response begins, between two pieces of the response.
type limits struct{ total, firstByte, idle time.Duration }

var errExpired = errors.New("a deadline of the request has passed")

func expired(ctx context.Context) bool { return context.Cause(ctx) == errExpired }

// watch is one request's deadlines on one timer: it fires at the earliest, and looks whether anything has happened meanwhile.
type watch struct {
	http.ResponseWriter
	limits    limits
	mutex     sync.Mutex
	timer     *time.Timer
	cancel    context.CancelCauseFunc
	began     time.Time
	lastWrite time.Time
	over      bool
}

func within(l limits, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		watched := &watch{ResponseWriter: w, limits: l, cancel: cancel, began: time.Now()}
		watched.timer = time.AfterFunc(min(l.total, l.firstByte, l.idle), watched.look)
		defer watched.end()
		next.ServeHTTP(watched, r.WithContext(ctx))
	})
}

// Unwrap lets ReverseProxy flush and take over the connection.
func (w *watch) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watch) WriteHeader(status int) {
	w.wrote()
	w.ResponseWriter.WriteHeader(status)
}

func (w *watch) Write(b []byte) (int, error) {
	w.wrote()
	return w.ResponseWriter.Write(b)
}

func (w *watch) wrote() {
	w.mutex.Lock()
	w.lastWrite = time.Now()
	w.mutex.Unlock()
}

func (w *watch) look() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.over {
		return
	}
	next := w.began.Add(w.limits.total)
	if w.lastWrite.IsZero() {
		next = earlier(next, w.began.Add(w.limits.firstByte))
	} else {
		next = earlier(next, w.lastWrite.Add(w.limits.idle))
	}
	if wait := time.Until(next); wait > 0 {
		w.timer.Reset(wait)
		return
	}
	w.cancel(errExpired)
}

func (w *watch) end() {
	w.mutex.Lock()
	w.over = true
	w.mutex.Unlock()
	w.timer.Stop()
	w.cancel(nil)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
