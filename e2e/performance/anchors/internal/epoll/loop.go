// Package epoll is a readiness loop of one thread over raw sockets: what serves and what loads must cost less than what is measured.
package epoll

import (
	"runtime"
	"syscall"
	"unsafe"
)

// Handler is told that its file descriptor is ready.
type Handler interface {
	Ready(events uint32)
}

// Loop is not safe for use by several goroutines.
type Loop struct {
	fd       int
	handlers []Handler
	events   [512]syscall.EpollEvent
	// One for all connections: what is not consumed at once is kept by its connection.
	input   [256 << 10]byte
	stopped bool
}

// NewLoop makes a loop for the calling thread.
func NewLoop() (*Loop, error) {
	runtime.LockOSThread()
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &Loop{fd: fd}, nil
}

// Add watches fd for events (level-triggered unless they say otherwise).
func (l *Loop) Add(fd int, events uint32, handler Handler) error {
	for len(l.handlers) <= fd {
		l.handlers = append(l.handlers, nil)
	}
	l.handlers[fd] = handler
	return l.control(syscall.EPOLL_CTL_ADD, fd, events)
}

// Change watches fd for other events.
func (l *Loop) Change(fd int, events uint32) error {
	return l.control(syscall.EPOLL_CTL_MOD, fd, events)
}

// Remove forgets fd and closes it.
func (l *Loop) Remove(fd int) {
	l.handlers[fd] = nil
	syscall.Close(fd)
}

// Stop lets Run return.
func (l *Loop) Stop() { l.stopped = true }

// Run serves until Stop.
func (l *Loop) Run() error {
	for !l.stopped {
		n, err := l.wait()
		if err != nil {
			return err
		}
		for _, event := range l.events[:n] {
			// A handler before this one may have closed it.
			if handler := l.handlers[event.Fd]; handler != nil {
				handler.Ready(event.Events)
			}
			if l.stopped {
				break
			}
		}
	}
	return nil
}

// wait looks without blocking first: that spares the scheduler's part of a system call as long as there is work.
func (l *Loop) wait() (int, error) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(l.fd), uintptr(unsafe.Pointer(&l.events[0])), uintptr(len(l.events)), 0, 0, 0)
	if errno == 0 && n > 0 {
		return int(n), nil
	}
	for {
		n, err := syscall.EpollWait(l.fd, l.events[:], -1)
		if err != syscall.EINTR {
			return n, err
		}
	}
}

func (l *Loop) control(operation, fd int, events uint32) error {
	event := syscall.EpollEvent{Events: events, Fd: int32(fd)}
	return syscall.EpollCtl(l.fd, operation, fd, &event)
}
