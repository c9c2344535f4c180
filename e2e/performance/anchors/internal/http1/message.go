// Package http1 reads HTTP/1.1 messages as they come, for programs that know what they should get.
package http1

import (
	"bytes"
	"errors"
	"fmt"
)

// Message is told what a Reader reads.
type Message interface {
	// Head brings the first line; returns whether a body can follow it at all.
	Head(line []byte) (mayHaveBody bool, err error)
	// Body brings the next piece of the body.
	Body(piece []byte) error
	// End ends the message; keep tells whether the connection stays.
	End(keep bool) error
}

// Reader splits a byte stream into messages.
type Reader struct {
	// Responses without a length or chunks are an error here; requests without them have no body.
	Responses bool

	held      []byte
	state     state
	remaining int
	close     bool
}

type state int

const (
	inHead state = iota
	inBody
	inChunkSize
	inChunk
	afterChunk
	inTrailer
)

const longestHead = 64 << 10

var errTooLong = errors.New("a line or head of more than 64 KiB")

// Idle tells whether nothing of a message has been read.
func (r *Reader) Idle() bool { return r.state == inHead && len(r.held) == 0 }

// Read takes the next bytes.
func (r *Reader) Read(b []byte, to Message) error {
	if len(r.held) > 0 {
		b = append(r.held, b...)
		r.held = nil
	}
	for len(b) > 0 {
		n, err := r.step(b, to)
		if err != nil {
			return err
		}
		if n == 0 {
			if len(b) > longestHead {
				return errTooLong
			}
			r.held = append([]byte(nil), b...)
			return nil
		}
		b = b[n:]
	}
	return nil
}

// step consumes some of b; 0: more is needed.
func (r *Reader) step(b []byte, to Message) (int, error) {
	switch r.state {
	case inHead:
		end := bytes.Index(b, []byte("\r\n\r\n"))
		if end < 0 {
			return 0, nil
		}
		return end + 4, r.head(b[:end+2], to)
	case inBody, inChunk:
		n := min(len(b), r.remaining)
		if err := to.Body(b[:n]); err != nil {
			return 0, err
		}
		r.remaining -= n
		if r.remaining > 0 {
			return n, nil
		}
		if r.state == inChunk {
			r.state = afterChunk
			return n, nil
		}
		return n, r.end(to)
	default:
		end := bytes.Index(b, []byte("\r\n"))
		if end < 0 {
			return 0, nil
		}
		return end + 2, r.line(b[:end], to)
	}
}

func (r *Reader) line(line []byte, to Message) error {
	switch r.state {
	case afterChunk:
		if len(line) != 0 {
			return fmt.Errorf("%q after a chunk", line)
		}
		r.state = inChunkSize
	case inTrailer:
		if len(line) == 0 {
			return r.end(to)
		}
	default:
		size, err := hexadecimal(line)
		if err != nil {
			return err
		}
		r.remaining = size
		r.state = inChunk
		if size == 0 {
			r.state = inTrailer
		}
	}
	return nil
}

func (r *Reader) end(to Message) error {
	r.state = inHead
	return to.End(!r.close)
}

// head takes all lines, each with its end.
func (r *Reader) head(lines []byte, to Message) error {
	first, rest, _ := bytes.Cut(lines, []byte("\r\n"))
	mayHaveBody, err := to.Head(first)
	if err != nil {
		return err
	}
	length, chunked := -1, false
	r.close = false
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		// Three names matter, told apart by length and first letter.
		switch {
		case len(line) > 14 && line[14] == ':' && line[0]|0x20 == 'c' && bytes.EqualFold(line[:14], []byte("content-length")):
			value, err := decimal(bytes.TrimSpace(line[15:]))
			if err != nil || length >= 0 {
				return fmt.Errorf("bad or second length: %q", line)
			}
			length = value
		case len(line) > 17 && line[17] == ':' && line[0]|0x20 == 't' && bytes.EqualFold(line[:17], []byte("transfer-encoding")):
			if !bytes.EqualFold(bytes.TrimSpace(line[18:]), []byte("chunked")) {
				return fmt.Errorf("unknown encoding: %q", line)
			}
			chunked = true
		case len(line) > 10 && line[10] == ':' && line[0]|0x20 == 'c' && bytes.EqualFold(line[:10], []byte("connection")):
			r.close = bytes.EqualFold(bytes.TrimSpace(line[11:]), []byte("close"))
		}
	}
	switch {
	case chunked && length >= 0:
		return errors.New("a length and chunks")
	case !mayHaveBody:
		return r.end(to)
	case chunked:
		r.state = inChunkSize
	case length > 0:
		r.state, r.remaining = inBody, length
	case length < 0 && r.Responses:
		return errors.New("neither a length nor chunks")
	default:
		return r.end(to)
	}
	return nil
}

func decimal(digits []byte) (int, error) {
	if len(digits) == 0 || len(digits) > 15 {
		return 0, fmt.Errorf("no length: %q", digits)
	}
	n := 0
	for _, digit := range digits {
		if digit < '0' || digit > '9' {
			return 0, fmt.Errorf("no length: %q", digits)
		}
		n = n*10 + int(digit-'0')
	}
	return n, nil
}

func hexadecimal(line []byte) (int, error) {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	if len(digits) == 0 || len(digits) > 8 {
		return 0, fmt.Errorf("no chunk size: %q", line)
	}
	n := 0
	for _, digit := range digits {
		switch {
		case digit >= '0' && digit <= '9':
			n = n<<4 | int(digit-'0')
		case digit|0x20 >= 'a' && digit|0x20 <= 'f':
			n = n<<4 | int(digit|0x20-'a'+10)
		default:
			return 0, fmt.Errorf("no chunk size: %q", line)
		}
	}
	return n, nil
}
