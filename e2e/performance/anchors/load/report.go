package main

import (
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// seen is what has been counted so far.
type seen struct {
	requests   int
	errors     int
	reconnects int
	statuses   map[int]int
	faults     map[string]int
	// Of the first ones, since the start.
	faultsAt []float64
}

// report is the one line on standard output.
type report struct {
	Requests   int            `json:"requests"`
	Errors     int            `json:"errors"`
	Faults     map[string]int `json:"faults"`
	FaultsAt   []float64      `json:"faultsAt"`
	Statuses   map[string]int `json:"statuses"`
	Reconnects int            `json:"reconnects"`
	Seconds    float64        `json:"seconds"`
	// Of the process of -pid, user and system.
	CPUSeconds float64 `json:"cpuSeconds"`
	P50Ms      float64 `json:"p50Ms"`
	P99Ms      float64 `json:"p99Ms"`
	P999Ms     float64 `json:"p999Ms"`
	WorstMs    float64 `json:"worstMs"`
}

func (r *run) report() report {
	statuses := map[string]int{}
	for status, count := range r.seen.statuses {
		statuses[strconv.Itoa(status)] = count
	}
	return report{
		Requests:   r.seen.requests,
		Errors:     r.seen.errors,
		Faults:     r.seen.faults,
		FaultsAt:   r.seen.faultsAt,
		Statuses:   statuses,
		Reconnects: r.seen.reconnects,
		Seconds:    r.seconds,
		CPUSeconds: r.cpu.Seconds(),
		P50Ms:      milliseconds(r.latencies.below(0.5)),
		P99Ms:      milliseconds(r.latencies.below(0.99)),
		P999Ms:     milliseconds(r.latencies.below(0.999)),
		WorstMs:    milliseconds(r.latencies.worst),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// cpuOf reads the CPU clock of a process: user and system time of all its threads, more precise than the ticks of /proc/PID/stat.
func cpuOf(pid int) (time.Duration, error) {
	// clock_getcpuclockid(3): the complement of the process, and the kind of the clock (2: what the scheduler has counted).
	clock := ^pid<<3 | 2
	var at syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(clock), uintptr(unsafe.Pointer(&at)), 0); errno != 0 {
		return 0, errno
	}
	return time.Duration(at.Nano()), nil
}
