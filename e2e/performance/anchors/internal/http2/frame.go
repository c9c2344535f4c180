// Package http2 cuts HTTP/2 connections into frames, for programs that know what they should get.
package http2

import (
	"encoding/binary"
	"fmt"
)

// Types of frames.
const (
	Data         = 0
	Headers      = 1
	Reset        = 3
	Settings     = 4
	Ping         = 6
	GoAway       = 7
	WindowUpdate = 8
	Continuation = 9
)

// Flags of frames.
const (
	EndStream  = 1
	Ack        = 1
	EndHeaders = 4
	Padded     = 8
	Priority   = 32
)

// Settings that matter here.
const (
	HeaderTableSize      = 1
	MaxConcurrentStreams = 3
	InitialWindowSize    = 4
)

// Preface opens a connection.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// FirstWindow is the window of a connection, and of its streams, until something else is said.
const FirstWindow = 65535

const headLength = 9
const longestFrame = 16 << 10

// Frame is one frame; its payload is valid until the call that brings it returns.
type Frame struct {
	Type    byte
	Flags   byte
	Stream  uint32
	Payload []byte
}

// Has tells whether a flag is set.
func (f *Frame) Has(flag byte) bool { return f.Flags&flag != 0 }

// Content is the payload without padding and priority.
func (f *Frame) Content() ([]byte, error) {
	b := f.Payload
	padding := 0
	if f.Has(Padded) {
		if len(b) < 1 {
			return nil, f.bad()
		}
		padding, b = int(b[0]), b[1:]
	}
	if f.Type == Headers && f.Has(Priority) {
		if len(b) < 5 {
			return nil, f.bad()
		}
		b = b[5:]
	}
	if padding > len(b) {
		return nil, f.bad()
	}
	return b[:len(b)-padding], nil
}

// Number is the 32 bits at an offset of the payload.
func (f *Frame) Number(offset int) (uint32, error) {
	if len(f.Payload) < offset+4 {
		return 0, f.bad()
	}
	return binary.BigEndian.Uint32(f.Payload[offset:]), nil
}

// EachSetting calls with each pair of a SETTINGS frame.
func (f *Frame) EachSetting(each func(name uint16, value uint32)) error {
	if len(f.Payload)%6 != 0 {
		return f.bad()
	}
	for b := f.Payload; len(b) > 0; b = b[6:] {
		each(binary.BigEndian.Uint16(b), binary.BigEndian.Uint32(b[2:]))
	}
	return nil
}

func (f *Frame) bad() error {
	return fmt.Errorf("frame of type %d with a payload of %d bytes", f.Type, len(f.Payload))
}

// Receiver is told of each frame.
type Receiver interface {
	Frame(f Frame) error
}

// Reader cuts bytes into frames.
type Reader struct{ held []byte }

// Read takes the next bytes.
func (r *Reader) Read(b []byte, to Receiver) error {
	if len(r.held) > 0 {
		b = append(r.held, b...)
		r.held = nil
	}
	for len(b) >= headLength {
		length := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
		if length > longestFrame {
			return fmt.Errorf("frame of %d bytes", length)
		}
		end := headLength + length
		if len(b) < end {
			break
		}
		stream := binary.BigEndian.Uint32(b[5:]) & 0x7fffffff
		if err := to.Frame(Frame{Type: b[3], Flags: b[4], Stream: stream, Payload: b[headLength:end]}); err != nil {
			return err
		}
		b = b[end:]
	}
	if len(b) > 0 {
		r.held = append([]byte(nil), b...)
	}
	return nil
}
