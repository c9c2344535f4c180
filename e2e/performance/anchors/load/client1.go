package main

import (
	"bytes"
	"fmt"
	"time"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http1"
)

// One connection of HTTP/1.1: one request at a time.
type client1 struct {
	run       *run
	conn      *epoll.Conn
	reader    http1.Reader
	connected bool
	busy      bool
	scheduled time.Time
	answer    answer
}

func newClient1(r *run, c *epoll.Conn) *client1 {
	return &client1{run: r, conn: c, reader: http1.Reader{Responses: true}}
}

func (c *client1) places() int { return 1 }

func (c *client1) Connected() {
	c.connected = true
	c.run.opened(c)
}

func (c *client1) send(scheduled time.Time) {
	c.busy, c.scheduled, c.answer = true, scheduled, answer{}
	c.conn.Write(c.run.request1(), true)
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
