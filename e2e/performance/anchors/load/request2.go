package main

import (
	"encoding/binary"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// fields is the head of the request over HTTP/2.
func (r *run) fields() []hpack.HeaderField {
	method, path := r.method, r.path
	if r.protocol == "grpc" {
		method = "POST"
	}
	fields := []hpack.HeaderField{
		{Name: ":method", Value: method},
		{Name: ":scheme", Value: "http"},
		{Name: ":path", Value: path},
		{Name: ":authority", Value: r.host},
	}
	if r.protocol == "grpc" {
		fields = append(fields,
			hpack.HeaderField{Name: "content-type", Value: "application/grpc"},
			hpack.HeaderField{Name: "te", Value: "trailers"},
			hpack.HeaderField{Name: "user-agent", Value: "grpc-load"})
	} else {
		fields = append(fields, hpack.HeaderField{Name: "user-agent", Value: "load"}, hpack.HeaderField{Name: "accept", Value: "*/*"})
	}
	for _, line := range r.headers {
		name, value, _ := strings.Cut(line, ":")
		fields = append(fields, hpack.HeaderField{Name: strings.ToLower(name), Value: strings.TrimSpace(value)})
	}
	return fields
}

// message is the body of the request over HTTP/2: with gRPC's five bytes before it.
func (r *run) message() []byte {
	if r.protocol != "grpc" {
		return r.body
	}
	if r.composed == nil {
		r.composed = append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(r.body))), r.body...)
	}
	return r.composed
}
