package main

import (
	"fmt"
	"strconv"

	"golang.org/x/net/http2/hpack"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http2"
)

// No message or answer here is longer: one stream never waits for its own window.
const streamWindow = 4 << 20

// Answers the streams of one HTTP/2 connection. It does not read the heads: what it is asked is known by the port.
type server2 struct {
	conn     *epoll.Conn
	server   *server
	grpc     bool
	reader   http2.Reader
	blocks   *http2.Block
	table    uint32
	answers  *answers
	keys     [2]string
	window   http2.Window
	received http2.Received
	bodies   map[uint32]int
	// Streams whose request has ended, and whose answer waits for the window.
	waiting []ended
	out     []byte
}

type ended struct {
	stream uint32
	length int
}

func newServer2(c *epoll.Conn, s *server, grpc bool) *server2 {
	server := &server2{conn: c, server: s, grpc: grpc, table: 4096, window: http2.NewWindow(), bodies: map[uint32]int{}}
	server.out = http2.AppendSettings(server.out,
		http2.Setting{Name: http2.MaxConcurrentStreams, Value: 10000}, http2.Setting{Name: http2.InitialWindowSize, Value: streamWindow})
	server.out = http2.AppendWindowUpdate(server.out, 0, http2.Wide)
	return server
}

func (s *server2) Connected() {}

func (s *server2) Closed(error) {}

func (s *server2) Bytes(b []byte) {
	if err := s.reader.Read(b, s); err != nil && !s.conn.IsClosed() {
		// What the load generator hears is that its stream is lost.
		s.conn.Close()
		return
	}
	if len(s.out) > 0 {
		s.conn.Write(s.out, false)
		s.out = s.out[:0]
	}
}

// Frame takes one frame.
func (s *server2) Frame(f http2.Frame) error {
	switch f.Type {
	case http2.Settings:
		return s.settings(f)
	case http2.Ping:
		if !f.Has(http2.Ack) {
			s.out = http2.AppendAck(s.out, f)
		}
	case http2.WindowUpdate:
		return s.grow(f)
	case http2.Headers:
		if f.Has(http2.EndStream) {
			s.end(f.Stream, s.bodies[f.Stream])
		} else {
			s.bodies[f.Stream] = 0
		}
	case http2.Data:
		return s.data(f)
	case http2.Reset:
		delete(s.bodies, f.Stream)
	}
	return nil
}

func (s *server2) settings(f http2.Frame) error {
	if f.Has(http2.Ack) {
		return nil
	}
	s.out = http2.AppendAck(s.out, f)
	return f.EachSetting(func(name uint16, value uint32) {
		if name == http2.HeaderTableSize {
			s.table = min(value, 4096)
		}
	})
}

func (s *server2) grow(f http2.Frame) error {
	by, err := f.Number(0)
	if err != nil || f.Stream != 0 {
		return err
	}
	s.window.Grow(by)
	waiting := s.waiting
	s.waiting = nil
	for _, one := range waiting {
		s.end(one.stream, one.length)
	}
	return nil
}

func (s *server2) data(f http2.Frame) error {
	length, known := s.bodies[f.Stream]
	if !known {
		// Of a stream that was reset.
		return nil
	}
	if back := s.received.Add(len(f.Payload)); back > 0 {
		s.out = http2.AppendWindowUpdate(s.out, 0, back)
	}
	content, err := f.Content()
	if err != nil {
		return err
	}
	length += len(content)
	if length > streamWindow {
		return fmt.Errorf("a body of more than %d bytes", streamWindow)
	}
	s.bodies[f.Stream] = length
	if f.Has(http2.EndStream) {
		s.end(f.Stream, length)
	}
	return nil
}

func (s *server2) end(stream uint32, length int) {
	delete(s.bodies, stream)
	if !s.grpc && length == 0 {
		s.head(stream, http2.EndStream)
		return
	}
	body := strconv.Itoa(length)
	if s.grpc {
		body = fmt.Sprintf("\x00\x00\x00\x00%c%s", len(body), body)
	}
	if len(s.waiting) > 0 || !s.window.Take(len(body)) {
		s.waiting = append(s.waiting, ended{stream, length})
		return
	}
	s.head(stream, 0)
	if !s.grpc {
		s.out = http2.AppendFrame(s.out, http2.Data, http2.EndStream, stream, []byte(body))
		return
	}
	s.out = http2.AppendFrame(s.out, http2.Data, 0, stream, []byte(body))
	trailers := s.blocks.Of("trailers", func() []hpack.HeaderField {
		return []hpack.HeaderField{{Name: "grpc-status", Value: "0"}}
	})
	s.out = http2.AppendFrame(s.out, http2.Headers, http2.EndStream|http2.EndHeaders, stream, trailers)
}

func (s *server2) head(stream uint32, flags byte) {
	if s.blocks == nil {
		s.blocks = http2.NewBlock(s.table)
	}
	// Once a second the blocks that carry the date are composed anew.
	if now := s.server.answers; now != s.answers {
		s.answers = now
		s.keys = [2]string{"begin " + now.date, "all " + now.date}
	}
	key := s.keys[flags&http2.EndStream]
	if s.grpc {
		key = "begin"
	}
	block := s.blocks.Of(key, func() []hpack.HeaderField { return s.fields(flags) })
	s.out = http2.AppendFrame(s.out, http2.Headers, flags|http2.EndHeaders, stream, block)
}

func (s *server2) fields(flags byte) []hpack.HeaderField {
	status := hpack.HeaderField{Name: ":status", Value: "200"}
	if s.grpc {
		return []hpack.HeaderField{status, {Name: "content-type", Value: "application/grpc"}}
	}
	fields := []hpack.HeaderField{status, {Name: "date", Value: s.answers.date}, {Name: "content-type", Value: "text/plain"}}
	if flags&http2.EndStream != 0 {
		fields = append(fields, hpack.HeaderField{Name: "content-length", Value: "0"})
	}
	return fields
}
