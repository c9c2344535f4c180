// Package payload is the one body that all programs send: its bytes say where in the body they are, so that a lost or doubled piece is noticed.
package payload

import "bytes"

// A prime: no block size divides it.
const period = 251

// Longest is the length of the longest body that Of makes.
const Longest = 1 << 20

var pattern = func() []byte {
	b := make([]byte, Longest+period)
	for i := range b {
		b[i] = byte(i % period)
	}
	return b
}()

// Of returns a body of n bytes, at most 1 MiB. Nobody may write to it.
func Of(n int) []byte { return pattern[:n] }

// Matches tells whether b can be what stands at offset of a body: both ends of it are compared.
func Matches(b []byte, offset int) bool {
	const sample = 64
	if len(b) <= 2*sample {
		return equalAt(b, offset)
	}
	last := len(b) - sample
	return equalAt(b[:sample], offset) && equalAt(b[last:], offset+last)
}

func equalAt(b []byte, offset int) bool {
	from := offset % period
	return bytes.Equal(b, pattern[from:from+len(b)])
}
