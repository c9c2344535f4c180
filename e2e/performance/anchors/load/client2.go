package main

import "knative-ts.dev/anchors/internal/epoll"

func newClient2(r *run, c *epoll.Conn) epoll.Protocol { return nil }
