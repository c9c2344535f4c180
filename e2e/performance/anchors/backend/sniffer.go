package main

import (
	"knative-ts.dev/anchors/internal/epoll"
)

// Knows by the first bytes of a connection which protocol it speaks.
type sniffer struct {
	conn    *epoll.Conn
	server  *server
	grpc    bool
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
		s.speaker = &server1{conn: s.conn, server: s.server}
	}
	s.speaker.Bytes(b)
}
