package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// conn is a connection in memory: its client has sent a message, says nothing more, and keeps what comes back.
type conn struct {
	input  *bytes.Reader
	mutex  sync.Mutex
	output bytes.Buffer
	// starved is set once the server needs more bytes. What it says of a message that ends early is no judgement, and not kept.
	starved bool
	once    sync.Once
	closed  chan struct{}
}

func newConn(message []byte) *conn {
	return &conn{input: bytes.NewReader(message), closed: make(chan struct{})}
}

// Read ends in a timeout, which the server takes in silence where it can. It reads a single byte only to notice that a client goes away.
func (c *conn) Read(p []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.input.Len() == 0 {
		c.starved = c.starved || len(p) > 1
		return 0, os.ErrDeadlineExceeded
	}
	return c.input.Read(p)
}

func (c *conn) isStarved() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.starved
}

func (c *conn) Write(p []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.starved {
		return len(p), nil
	}
	return c.output.Write(p)
}

func (c *conn) written() []byte {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return bytes.Clone(c.output.Bytes())
}

func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *conn) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
func (c *conn) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1024} }
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// listener hands over connections that were made in memory.
type listener struct{ connections chan net.Conn }

func (l *listener) Accept() (net.Conn, error) {
	one, open := <-l.connections
	if !open {
		return nil, io.EOF
	}
	return one, nil
}

func (l *listener) Close() error   { return nil }
func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
