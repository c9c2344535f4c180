package epoll

import (
	"fmt"
	"net/netip"
	"syscall"
)

// Listen accepts on address (`127.0.0.1:0` takes a free port); returns the address that it got.
func (l *Loop) Listen(address string, accept func(c *Conn) Protocol) (string, error) {
	at, err := socketAddress(address)
	if err != nil {
		return "", err
	}
	fd, err := socket()
	if err != nil {
		return "", err
	}
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return "", err
	}
	if err := syscall.Bind(fd, at); err != nil {
		return "", fmt.Errorf("%s: %w", address, err)
	}
	if err := syscall.Listen(fd, 4096); err != nil {
		return "", err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return "", err
	}
	bound := name.(*syscall.SockaddrInet4)
	if err := l.Add(fd, syscall.EPOLLIN, &listener{loop: l, fd: fd, accept: accept}); err != nil {
		return "", err
	}
	return netip.AddrPortFrom(netip.AddrFrom4(bound.Addr), uint16(bound.Port)).String(), nil
}

// Dial begins to connect. The protocol hears of it.
func (l *Loop) Dial(address string, protocolOf func(c *Conn) Protocol) error {
	to, err := socketAddress(address)
	if err != nil {
		return err
	}
	fd, err := socket()
	if err != nil {
		return err
	}
	if err := syscall.Connect(fd, to); err != nil && err != syscall.EINPROGRESS {
		syscall.Close(fd)
		return fmt.Errorf("%s: %w", address, err)
	}
	conn := &Conn{loop: l, fd: fd, connecting: true}
	conn.protocol = protocolOf(conn)
	return l.Add(fd, syscall.EPOLLIN|syscall.EPOLLOUT, conn)
}

type listener struct {
	loop   *Loop
	fd     int
	accept func(c *Conn) Protocol
}

func (l *listener) Ready(uint32) {
	for {
		fd, _, err := syscall.Accept4(l.fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		if err := noDelay(fd); err != nil {
			syscall.Close(fd)
			continue
		}
		conn := &Conn{loop: l.loop, fd: fd}
		conn.protocol = l.accept(conn)
		if err := l.loop.Add(fd, syscall.EPOLLIN, conn); err != nil {
			syscall.Close(fd)
			continue
		}
		conn.protocol.Connected()
	}
}

func socket() (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	return fd, noDelay(fd)
}

func noDelay(fd int) error {
	return syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
}

func socketAddress(address string) (*syscall.SockaddrInet4, error) {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	if !parsed.Addr().Is4() {
		return nil, fmt.Errorf("%s: not an IPv4 address", address)
	}
	return &syscall.SockaddrInet4{Port: int(parsed.Port()), Addr: parsed.Addr().As4()}, nil
}
