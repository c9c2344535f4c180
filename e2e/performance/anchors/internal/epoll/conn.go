package epoll

import (
	"io"
	"syscall"
	"unsafe"
)

// Protocol is what a connection speaks.
type Protocol interface {
	// Connected is called once, when bytes can be sent.
	Connected()
	// Bytes brings what was read; it is valid during the call.
	Bytes(b []byte)
	// Closed is called once, when the other side has ended (io.EOF) or the connection broke. Not after Close.
	Closed(err error)
}

// Conn is one connection of a loop.
type Conn struct {
	loop       *Loop
	fd         int
	protocol   Protocol
	connecting bool
	closed     bool
	// What the socket has not taken yet.
	unsent [][]byte
}

// Write sends b as far as the socket takes it. The rest is sent later: a copy of it, unless b is stable (nobody will write to it).
func (c *Conn) Write(b []byte, stable bool) {
	if c.closed || len(b) == 0 {
		return
	}
	if len(c.unsent) == 0 {
		n, err := send(c.fd, b)
		if err != nil {
			c.broken(err)
			return
		}
		if n == len(b) {
			return
		}
		b = b[n:]
		if err := c.loop.Change(c.fd, syscall.EPOLLIN|syscall.EPOLLOUT); err != nil {
			c.broken(err)
			return
		}
	}
	if !stable {
		b = append([]byte(nil), b...)
	}
	c.unsent = append(c.unsent, b)
}

// Blocked tells whether bytes wait for the socket.
func (c *Conn) Blocked() bool { return len(c.unsent) > 0 }

// IsClosed tells whether nothing comes or goes any more.
func (c *Conn) IsClosed() bool { return c.closed }

// Close ends the connection without telling the protocol.
func (c *Conn) Close() {
	if !c.closed {
		c.closed = true
		c.loop.Remove(c.fd)
	}
}

// Ready is called by the loop.
func (c *Conn) Ready(events uint32) {
	if events&(syscall.EPOLLOUT|syscall.EPOLLERR|syscall.EPOLLHUP) != 0 && !c.writable() {
		return
	}
	if events&(syscall.EPOLLIN|syscall.EPOLLHUP) != 0 && !c.closed {
		c.readable()
	}
}

func (c *Conn) writable() bool {
	if c.connecting {
		if code, err := syscall.GetsockoptInt(c.fd, syscall.SOL_SOCKET, syscall.SO_ERROR); err != nil || code != 0 {
			c.broken(syscall.Errno(code))
			return false
		}
		c.connecting = false
		if err := c.loop.Change(c.fd, syscall.EPOLLIN); err != nil {
			c.broken(err)
			return false
		}
		c.protocol.Connected()
		return !c.closed
	}
	for len(c.unsent) > 0 {
		n, err := send(c.fd, c.unsent[0])
		if err != nil {
			c.broken(err)
			return false
		}
		if n < len(c.unsent[0]) {
			c.unsent[0] = c.unsent[0][n:]
			return true
		}
		c.unsent = c.unsent[1:]
	}
	c.unsent = nil
	if err := c.loop.Change(c.fd, syscall.EPOLLIN); err != nil {
		c.broken(err)
		return false
	}
	return true
}

func (c *Conn) readable() {
	buffer := c.loop.input[:]
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
	switch {
	case errno == syscall.EAGAIN || errno == syscall.EINTR:
	case errno != 0:
		c.broken(errno)
	case n == 0:
		c.broken(io.EOF)
	default:
		c.protocol.Bytes(buffer[:n])
	}
}

func (c *Conn) broken(err error) {
	if !c.closed {
		c.Close()
		c.protocol.Closed(err)
	}
}

func send(fd int, b []byte) (int, error) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), syscall.MSG_NOSIGNAL, 0, 0)
	if errno == syscall.EAGAIN || errno == syscall.EINTR {
		return 0, nil
	}
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
