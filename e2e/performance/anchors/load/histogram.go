package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in steps of less than 1 %.
type histogram struct {
	counts [64 << 7]int
	total  int
	worst  time.Duration
}

const (
	stepBits = 7
	steps    = 1 << stepBits
)

func (h *histogram) add(d time.Duration) {
	h.counts[stepOf(uint64(max(d, 0)))]++
	h.total++
	h.worst = max(h.worst, d)
}

// below returns the duration that this share of all does not exceed.
func (h *histogram) below(share float64) time.Duration {
	rest := int(share*float64(h.total)) + 1
	for step, count := range h.counts {
		if rest -= count; rest <= 0 && count > 0 {
			return time.Duration(endOf(step))
		}
	}
	return h.worst
}

func stepOf(n uint64) int {
	if n < steps {
		return int(n)
	}
	shift := bits.Len64(n) - stepBits - 1
	return shift<<stepBits + int(n>>shift)
}

func endOf(step int) uint64 {
	if step < 2*steps {
		return uint64(step)
	}
	shift := step>>stepBits - 1
	return uint64(step-shift<<stepBits+1)<<shift - 1
}
