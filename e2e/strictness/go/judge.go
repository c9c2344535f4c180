package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// request is what a handler is given. Strings are latin1: one character a byte.
type request struct {
	Method   string      `json:"method"`
	Target   string      `json:"target"`
	Host     string      `json:"host"`
	Fields   [][2]string `json:"fields"`
	Body     string      `json:"body"`
	Trailers [][2]string `json:"trailers"`
}

// judgement is what net/http makes of a message.
type judgement struct {
	Requests []request `json:"requests"`
	// Refused says that the message broke a rule, as against ending early.
	Refused bool   `json:"refused"`
	Why     string `json:"why"`
}

type key struct{}

// judge answers each request that it reads whole with 200 and nothing.
type judge struct{ listener *listener }

func newJudge() *judge {
	j := &judge{listener: &listener{connections: make(chan net.Conn)}}
	server := &http.Server{
		Handler:                      http.HandlerFunc(serve),
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, key{}, c.(*watched).record)
		},
	}
	go server.Serve(j.listener)
	return j
}

type record struct {
	conn      *conn
	mutex     sync.Mutex
	judgement judgement
}

type watched struct {
	*conn
	record *record
}

var status = regexp.MustCompile(`(?m)^HTTP/1\.[01] ([45]\d\d[^\r\n]*)\r?\n`)

func (j *judge) request(message []byte) any {
	connection := newConn(message)
	one := &watched{connection, &record{conn: connection, judgement: judgement{Requests: []request{}}}}
	j.listener.connections <- one
	<-one.closed
	one.record.mutex.Lock()
	defer one.record.mutex.Unlock()
	result := one.record.judgement
	if refusal := status.FindSubmatch(one.written()); refusal != nil {
		result.Refused = true
		result.Why = latin1(string(refusal[1]))
	}
	return result
}

func serve(response http.ResponseWriter, r *http.Request) {
	record := r.Context().Value(key{}).(*record)
	body, err := io.ReadAll(r.Body)
	record.mutex.Lock()
	defer record.mutex.Unlock()
	if err != nil {
		if !record.conn.isStarved() {
			record.judgement.Refused = true
			record.judgement.Why = latin1(err.Error())
		}
		panic(http.ErrAbortHandler)
	}
	record.judgement.Requests = append(record.judgement.Requests, request{
		Method:   latin1(r.Method),
		Target:   latin1(r.RequestURI),
		Host:     latin1(r.Host),
		Fields:   fields(r.Header),
		Body:     latin1(string(body)),
		Trailers: fields(r.Trailer),
	})
	response.Header().Set("Content-Length", "0")
}

func fields(header http.Header) [][2]string {
	list := [][2]string{}
	for name, values := range header {
		for _, value := range values {
			list = append(list, [2]string{strings.ToLower(name), latin1(value)})
		}
	}
	return list
}

func latin1(text string) string {
	runes := make([]rune, len(text))
	for index := range len(text) {
		runes[index] = rune(text[index])
	}
	return string(runes)
}
