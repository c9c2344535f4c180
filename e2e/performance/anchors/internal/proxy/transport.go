// Package proxy is what both anchors are made of: Go's ReverseProxy on Go's server and transport, set up as a sidecar sets them up.
package proxy

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"sync"
	"time"
)

// Buffers is the buffer pool of the body copies.
type Buffers struct{ pool sync.Pool }

// Get returns a buffer of the size that ReverseProxy itself would make.
func (b *Buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

// Put takes a buffer back.
func (b *Buffers) Put(buffer []byte) { b.pool.Put(&buffer) }

// Transport goes to the upstream by the protocol that the request came by.
func Transport() http.RoundTripper {
	one := transport()
	one.DisableCompression = true
	two := transport()
	two.Protocols = new(http.Protocols)
	two.Protocols.SetUnencryptedHTTP2(true)
	return &byProtocol{one: one, two: two}
}

func transport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:        1000,
		MaxIdleConnsPerHost: 1000,
		IdleConnTimeout:     90 * time.Second,
	}
}

type byProtocol struct{ one, two http.RoundTripper }

func (t *byProtocol) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.ProtoMajor == 2 {
		return t.two.RoundTrip(request)
	}
	return t.one.RoundTrip(request)
}

// Reverse is the ReverseProxy to one address.
func Reverse(to string) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.Out.URL.Scheme = "http"
			request.Out.URL.Host = to
			request.Out.Host = request.In.Host
			forwarded := request.In.Header["X-Forwarded-For"]
			if client, _, err := net.SplitHostPort(request.In.RemoteAddr); err == nil {
				forwarded = append(forwarded[:len(forwarded):len(forwarded)], client)
			}
			request.Out.Header["X-Forwarded-For"] = forwarded
		},
		Transport:  Transport(),
		BufferPool: &Buffers{},
	}
}

// Serve serves HTTP/1.1 and h2c on one port, and says on standard output which.
func Serve(address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"http": listener.Addr().String()}); err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	return server.Serve(listener)
}
