package main

import (
	"fmt"
	"time"

	"knative-ts.dev/anchors/internal/payload"
)

// What is answered most, composed once a second: it carries the date.
type answers struct {
	date  string
	empty []byte
	large []byte
}

func answersAt(now time.Time) *answers {
	a := &answers{date: now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
	a.empty = a.head("200 OK", 0, "")
	a.large = append(a.head("200 OK", large, ""), payload.Of(large)...)
	return a
}

func (a *answers) head(status string, length int, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", status, a.date, length, body)
}
