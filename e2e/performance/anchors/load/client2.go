package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/net/http2/hpack"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http2"
)

// Longer than any answer: one stream never waits for its own window.
const streamWindow = 4 << 20

// One connection of HTTP/2: several requests at once, plain or as gRPC calls.
type client2 struct {
	run       *run
	conn      *epoll.Conn
	reader    http2.Reader
	decoder   *hpack.Decoder
	blocks    *http2.Block
	table     uint32
	window    http2.Window
	received  http2.Received
	streams   map[uint32]*exchange
	next      uint32
	waiting   []time.Time
	out       []byte
	reading   bool
	connected bool
	usable    bool
	going     bool
	// The header block that is being read: of a stream, in pieces.
	block []byte
	now   *exchange
}

// exchange is one request and its answer.
type exchange struct {
	scheduled time.Time
	answer    answer
	head      bool
	grpc      string
}

func newClient2(r *run, c *epoll.Conn) *client2 {
	client := &client2{run: r, conn: c, table: 4096, window: http2.NewWindow(), streams: map[uint32]*exchange{}, next: 1}
	client.decoder = hpack.NewDecoder(4096, client.field)
	return client
}

func (c *client2) places() int { return c.run.settings.streams }

func (c *client2) Connected() {
	c.connected = true
	out := append([]byte(nil), http2.Preface...)
	out = http2.AppendSettings(out, http2.Setting{Name: http2.InitialWindowSize, Value: streamWindow})
	c.conn.Write(http2.AppendWindowUpdate(out, 0, http2.Wide), false)
}

func (c *client2) Closed(err error) {
	if !c.connected {
		c.run.refused(err)
		return
	}
	if c.going && errors.Is(err, io.EOF) && len(c.streams) == 0 {
		c.run.lost(c, 0, err)
		return
	}
	c.run.lost(c, len(c.streams)+len(c.waiting), err)
}

func (c *client2) Bytes(b []byte) {
	c.reading = true
	err := c.reader.Read(b, c)
	c.reading = false
	if err != nil && !c.conn.IsClosed() {
		c.conn.Close()
		c.Closed(err)
		return
	}
	c.flush()
}

func (c *client2) flush() {
	if !c.reading && len(c.out) > 0 {
		c.conn.Write(c.out, false)
		c.out = c.out[:0]
	}
}

func (c *client2) send(scheduled time.Time) {
	body := c.run.message()
	if len(c.waiting) > 0 || !c.window.Take(len(body)) {
		c.waiting = append(c.waiting, scheduled)
		return
	}
	stream := c.next
	c.next += 2
	c.streams[stream] = &exchange{scheduled: scheduled}
	block := c.blocks.Of("", c.run.fields)
	if len(body) == 0 {
		c.out = http2.AppendFrame(c.out, http2.Headers, http2.EndHeaders|http2.EndStream, stream, block)
	} else {
		c.out = http2.AppendFrame(c.out, http2.Headers, http2.EndHeaders, stream, block)
		c.out = http2.AppendFrame(c.out, http2.Data, http2.EndStream, stream, body)
	}
	c.flush()
}

// Frame takes one frame.
func (c *client2) Frame(f http2.Frame) error {
	if c.block != nil && f.Type != http2.Continuation {
		return fmt.Errorf("frame of type %d inside a header block", f.Type)
	}
	switch f.Type {
	case http2.Settings:
		return c.settings(f)
	case http2.Ping:
		if !f.Has(http2.Ack) {
			c.out = http2.AppendAck(c.out, f)
		}
	case http2.WindowUpdate:
		return c.grow(f)
	case http2.Headers, http2.Continuation:
		return c.headers(f)
	case http2.Data:
		return c.data(f)
	case http2.Reset:
		code, err := f.Number(0)
		if err != nil {
			return err
		}
		if one := c.streams[f.Stream]; one != nil {
			one.answer.wrong = fmt.Sprintf("stream reset with %d", code)
			c.done(f.Stream, one)
		}
	case http2.GoAway:
		code, err := f.Number(4)
		if err != nil || code != 0 {
			return fmt.Errorf("GOAWAY with %d", code)
		}
		c.going = true
	}
	return nil
}

func (c *client2) settings(f http2.Frame) error {
	if f.Has(http2.Ack) {
		return nil
	}
	c.out = http2.AppendAck(c.out, f)
	most := uint32(c.places())
	err := f.EachSetting(func(name uint16, value uint32) {
		switch name {
		case http2.HeaderTableSize:
			c.table = min(value, 4096)
		case http2.MaxConcurrentStreams:
			most = value
		}
	})
	if err == nil && most < uint32(c.places()) {
		err = fmt.Errorf("only %d streams at once", most)
	}
	if err == nil && !c.usable {
		c.usable = true
		c.blocks = http2.NewBlock(c.table)
		c.run.opened(c)
	}
	return err
}

func (c *client2) grow(f http2.Frame) error {
	by, err := f.Number(0)
	if err != nil || f.Stream != 0 {
		return err
	}
	c.window.Grow(by)
	waiting := c.waiting
	c.waiting = nil
	for _, scheduled := range waiting {
		c.send(scheduled)
	}
	return nil
}

func (c *client2) headers(f http2.Frame) error {
	content, err := f.Content()
	if f.Type == http2.Continuation {
		content = f.Payload
	}
	if err != nil {
		return err
	}
	one := c.streams[f.Stream]
	if one == nil && f.Type == http2.Headers {
		return fmt.Errorf("a head on stream %d, which is not open", f.Stream)
	}
	if f.Type == http2.Headers {
		c.now = one
		one.head = f.Has(http2.EndStream)
	}
	if !f.Has(http2.EndHeaders) {
		c.block = append(c.block, content...)
		return nil
	}
	if c.block != nil {
		content = append(c.block, content...)
		c.block = nil
	}
	if _, err := c.decoder.Write(content); err != nil {
		return err
	}
	if err := c.decoder.Close(); err != nil {
		return err
	}
	if c.now.head {
		c.done(f.Stream, c.now)
	}
	return nil
}

// field is called for each field of the block that is being read.
func (c *client2) field(field hpack.HeaderField) {
	switch field.Name {
	case ":status":
		if _, err := fmt.Sscan(field.Value, &c.now.answer.status); err != nil {
			c.now.answer.wrong = fmt.Sprintf("status %q", field.Value)
		}
	case "grpc-status":
		c.now.grpc = field.Value
	}
}

func (c *client2) data(f http2.Frame) error {
	if back := c.received.Add(len(f.Payload)); back > 0 {
		c.out = http2.AppendWindowUpdate(c.out, 0, back)
	}
	one := c.streams[f.Stream]
	if one == nil {
		return fmt.Errorf("a body on stream %d, which is not open", f.Stream)
	}
	content, err := f.Content()
	if err != nil {
		return err
	}
	if c.run.protocol == "grpc" && one.answer.length == 0 && len(content) >= 5 {
		// The message without its length.
		content = content[5:]
	}
	one.answer.piece(content, &c.run.want)
	if f.Has(http2.EndStream) {
		c.done(f.Stream, one)
	}
	return nil
}

func (c *client2) done(stream uint32, one *exchange) {
	delete(c.streams, stream)
	if c.run.protocol == "grpc" && one.answer.wrong == "" && one.grpc != "0" {
		one.answer.wrong = fmt.Sprintf("grpc-status %q", one.grpc)
	}
	c.run.done(c, &one.answer, one.scheduled, !c.going)
	if c.going && len(c.streams) == 0 && !c.conn.IsClosed() {
		c.conn.Close()
		c.run.lost(c, 0, nil)
	}
}
