package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http1"
)

// One connection of HTTP/1.1: one request at a time.
type client1 struct {
	run       *run
	conn      *epoll.Conn
	reader    http1.Reader
	request   []byte
	connected bool
	busy      bool
	scheduled time.Time
	answer    answer
}

func newClient1(r *run, c *epoll.Conn) *client1 {
	return &client1{run: r, conn: c, reader: http1.Reader{Responses: true}, request: r.request1()}
}

func (c *client1) places() int { return 1 }

func (c *client1) Connected() {
	c.connected = true
	c.run.opened(c)
}

func (c *client1) send(scheduled time.Time) {
	c.busy, c.scheduled, c.answer = true, scheduled, answer{}
	c.conn.Write(c.request, true)
}

func (c *client1) Bytes(b []byte) {
	if !c.busy {
		c.fail(fmt.Errorf("%.40q without a request", b))
	} else if err := c.reader.Read(b, c); err != nil {
		c.fail(err)
	}
}

func (c *client1) Head(line []byte) (bool, error) {
	if !c.busy {
		return false, fmt.Errorf("%.40q without a request", line)
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return false, fmt.Errorf("no status line: %.40q", line)
	}
	for _, digit := range line[9:12] {
		c.answer.status = 10*c.answer.status + int(digit-'0')
	}
	return c.answer.status != 204 && c.answer.status != 304, nil
}

func (c *client1) Body(piece []byte) error {
	c.answer.piece(piece, &c.run.want)
	return nil
}

func (c *client1) End(keep bool) error {
	c.busy = false
	c.run.done(c, &c.answer, c.scheduled, keep)
	if !keep && !c.conn.IsClosed() {
		c.conn.Close()
		c.run.lost(c, 0, nil)
	}
	return nil
}

func (c *client1) Closed(err error) {
	if !c.connected {
		c.run.refused(err)
		return
	}
	underWay := 0
	if c.busy {
		underWay = 1
	}
	c.run.lost(c, underWay, err)
}

func (c *client1) fail(err error) {
	if !c.conn.IsClosed() {
		c.conn.Close()
		c.Closed(err)
	}
}

// request1 composes the request once for all.
func (r *run) request1() []byte {
	if r.composed == nil {
		lines := []string{fmt.Sprintf("%s %s HTTP/1.1", r.method, r.path), "Host: " + r.host, "User-Agent: load", "Accept: */*"}
		lines = append(lines, r.headers...)
		if len(r.body) > 0 {
			lines = append(lines, "Content-Type: application/octet-stream", fmt.Sprintf("Content-Length: %d", len(r.body)))
		}
		r.composed = append([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), r.body...)
	}
	return r.composed
}
