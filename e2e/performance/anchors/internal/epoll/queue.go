package epoll

import (
	"syscall"
	"time"
	"unsafe"
)

// Queue calls what is due, in the order it was added: later additions are due later. Precise to some microseconds.
type Queue struct {
	loop  *Loop
	fd    int
	due   []due
	armed bool
}

type due struct {
	at  time.Time
	act func()
}

type timerSpec struct {
	interval syscall.Timespec
	value    syscall.Timespec
}

const clockMonotonic = 1

// NewQueue makes a queue that the loop serves.
func (l *Loop) NewQueue() (*Queue, error) {
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		return nil, errno
	}
	q := &Queue{loop: l, fd: int(fd)}
	const edgeTriggered = 1 << 31
	return q, l.Add(q.fd, syscall.EPOLLIN|edgeTriggered, q)
}

// Add calls act at a time, not before what was added earlier.
func (q *Queue) Add(at time.Time, act func()) {
	q.due = append(q.due, due{at, act})
	q.arm()
}

// Close ends it: nothing that waits is called any more.
func (q *Queue) Close() {
	q.due = nil
	q.loop.Remove(q.fd)
}

// Ready is called by the loop.
func (q *Queue) Ready(uint32) {
	q.armed = false
	now := time.Now()
	for len(q.due) > 0 && !q.due[0].at.After(now) {
		first := q.due[0]
		q.due[0] = due{}
		q.due = q.due[1:]
		first.act()
	}
	if q.loop.handlers[q.fd] == q {
		q.arm()
	}
}

func (q *Queue) arm() {
	if q.armed || len(q.due) == 0 {
		return
	}
	q.armed = true
	// Nought would disarm it.
	wait := max(time.Until(q.due[0].at), 1)
	spec := timerSpec{value: syscall.NsecToTimespec(int64(wait))}
	syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, uintptr(q.fd), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
}
