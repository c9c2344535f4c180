package main

import (
	"fmt"
	"strings"
)

// A prime that shares no factor with a round number of hosts: neighbours in time are not neighbours in the table.
const hostStride = 7919

// request1 is the next request over HTTP/1.1. Each is composed once.
func (r *run) request1() []byte {
	if r.hosts == 1 {
		if r.composed == nil {
			r.composed = r.compose1(strings.Replace(r.host, "%d", "0", 1))
		}
		return r.composed
	}
	if r.byHost == nil {
		r.byHost = make([][]byte, r.hosts)
		for i := range r.byHost {
			r.byHost[i] = r.compose1(strings.Replace(r.host, "%d", fmt.Sprint(i), 1))
		}
	}
	r.nextHost = (r.nextHost + hostStride) % r.hosts
	return r.byHost[r.nextHost]
}

func (r *run) compose1(host string) []byte {
	lines := []string{fmt.Sprintf("%s %s HTTP/1.1", r.method, r.path), "Host: " + host, "User-Agent: load", "Accept: */*"}
	lines = append(lines, r.headers...)
	if len(r.body) > 0 {
		lines = append(lines, "Content-Type: application/octet-stream", fmt.Sprintf("Content-Length: %d", len(r.body)))
	}
	return append([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), r.body...)
}
