package main

import (
	"strings"

	"knative-ts.dev/anchors/internal/epoll"
	"knative-ts.dev/anchors/internal/http2"
)

// Knows by the first bytes of a connection which protocol it speaks.
type sniffer struct {
	conn    *epoll.Conn
	server  *server
	grpc    bool
	first   []byte
	speaker epoll.Protocol
}

func (s *sniffer) Connected() {}

func (s *sniffer) Closed(err error) {
	if s.speaker != nil {
		s.speaker.Closed(err)
	}
}

func (s *sniffer) Bytes(b []byte) {
	if s.speaker == nil {
		if s.first = append(s.first, b...); len(s.first) < len(http2.Preface) && strings.HasPrefix(http2.Preface, string(s.first)) {
			return
		}
		b, s.first = s.first, nil
		if strings.HasPrefix(string(b), http2.Preface) {
			s.speaker = newServer2(s.conn, s.server, s.grpc)
			b = b[len(http2.Preface):]
		} else {
			s.speaker = &server1{conn: s.conn, server: s.server}
		}
	}
	s.speaker.Bytes(b)
}
