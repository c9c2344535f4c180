package main

import (
	"bytes"
	"fmt"
	"strconv"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http1"
	"knative-ts.dev/anchors/internal/payload"
)

const large = 64 << 10

// 1 GiB is the largest payload so often.
const hugeTimes = 1 << 10

// Answers requests of one HTTP/1.1 connection.
type server1 struct {
	conn   *epoll.Conn
	server *server
	reader http1.Reader

	post     bool
	large    bool
	huge     bool
	echo     bool
	probe    bool
	received int
	corrupt  bool
	crowded  bool
	echoed   []byte
}

func (s *server1) Connected() {}

func (s *server1) Closed(error) {}

func (s *server1) Bytes(b []byte) {
	if err := s.reader.Read(b, s); err != nil && !s.conn.IsClosed() {
		s.conn.Write(s.server.answers.head("400 Bad Request", len(err.Error()), err.Error()), false)
		s.conn.Close()
	}
}

func (s *server1) Head(line []byte) (bool, error) {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	path, version, _ := bytes.Cut(rest, []byte(" "))
	if string(version) != "HTTP/1.1" || len(path) == 0 || path[0] != '/' {
		return false, fmt.Errorf("unknown request line: %q", line)
	}
	s.post = string(method) == "POST"
	s.large = string(path) == "/64k"
	s.huge = string(path) == "/1g"
	s.echo = string(path) == "/echo"
	s.probe = s.server.pod && string(path) == "/healthz"
	s.received, s.corrupt, s.echoed = 0, false, nil
	return true, nil
}

func (s *server1) Body(piece []byte) error {
	if s.echo {
		s.echoed = append(s.echoed, piece...)
	} else if !payload.Matches(piece, s.received) {
		s.corrupt = true
	}
	s.received += len(piece)
	return nil
}

func (s *server1) End(keep bool) error {
	if s.server.delay == 0 || s.probe {
		s.answer(keep)
		return nil
	}
	s.server.running++
	s.crowded = s.server.limit > 0 && s.server.running > s.server.limit
	s.server.later(func() {
		s.server.running--
		s.answer(keep)
	})
	return nil
}

func (s *server1) answer(keep bool) {
	answers := s.server.answers
	switch {
	case s.probe:
		s.conn.Write(answers.head("200 OK", 5, "queue"), false)
	case s.crowded:
		s.conn.Write(answers.head("500 Internal Server Error", 8, "too many"), false)
	case s.corrupt:
		s.conn.Write(answers.head("400 Bad Request", 7, "corrupt"), false)
	case s.echo:
		s.conn.Write(answers.head("200 OK", len(s.echoed), string(s.echoed)), false)
	case s.post:
		count := strconv.Itoa(s.received)
		s.conn.Write(answers.head("200 OK", len(count), count), false)
	case s.large:
		s.conn.Write(answers.large, true)
	case s.huge:
		block := payload.Of(payload.Longest)
		s.conn.Write(answers.head("200 OK", hugeTimes*len(block), ""), false)
		for range hugeTimes {
			s.conn.Write(block, true)
		}
	default:
		s.conn.Write(answers.empty, true)
	}
	if !keep {
		s.conn.Close()
	}
}
