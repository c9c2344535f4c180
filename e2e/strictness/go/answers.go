package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
)

// question is a request of which a response is the answer, and what its sender does behind it.
type question struct {
	head    bool
	hangsUp bool
}

// answer is what net/http makes of the bytes of an upstream.
type answer struct {
	Status   int         `json:"status"`
	Fields   [][2]string `json:"fields"`
	Body     string      `json:"body"`
	Trailers [][2]string `json:"trailers"`
	Interim  []int       `json:"interim"`
	// Whole says that the response has come to its end.
	Whole bool `json:"whole"`
	// Refused says that it broke a rule, as against ending early.
	Refused bool   `json:"refused"`
	Why     string `json:"why"`
}

type upstream struct {
	input   *bytes.Reader
	hangsUp bool
	starved bool
}

func (u *upstream) Read(p []byte) (int, error) {
	if u.input.Len() > 0 {
		return u.input.Read(p)
	}
	u.starved = true
	if u.hangsUp {
		return 0, io.EOF
	}
	return 0, os.ErrDeadlineExceeded
}

func read(to question, message []byte) answer {
	from := &upstream{input: bytes.NewReader(message), hangsUp: to.hangsUp}
	reader := bufio.NewReader(from)
	method := http.MethodGet
	if to.head {
		method = http.MethodHead
	}
	result := answer{Fields: [][2]string{}, Trailers: [][2]string{}, Interim: []int{}}
	failed := func(err error) answer {
		result.Refused = !from.starved
		result.Why = latin1(err.Error())
		return result
	}
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			return failed(err)
		}
		if response.StatusCode < 200 && response.StatusCode != http.StatusSwitchingProtocols {
			result.Interim = append(result.Interim, response.StatusCode)
			continue
		}
		result.Status = response.StatusCode
		result.Fields = fields(response.Header)
		body, err := io.ReadAll(response.Body)
		result.Body = latin1(string(body))
		if err != nil {
			return failed(err)
		}
		result.Trailers = fields(response.Trailer)
		result.Whole = true
		return result
	}
}
