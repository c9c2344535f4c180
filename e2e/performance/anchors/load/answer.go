package main

import (
	"fmt"

	"knative-ts.dev/anchors/internal/payload"
)

// want is what a right answer looks like.
type want struct {
	statuses []int
	length   int
	text     string
}

func (w *want) allows(status int) bool {
	for _, one := range w.statuses {
		if one == status {
			return true
		}
	}
	return false
}

// answer is what has come of one.
type answer struct {
	status int
	length int
	wrong  string
}

// piece compares the next bytes of a body.
func (a *answer) piece(b []byte, w *want) {
	if a.status == w.statuses[0] && a.wrong == "" && w.length >= 0 {
		end := a.length + len(b)
		if end > w.length {
			a.wrong = fmt.Sprintf("a body of more than %d bytes", w.length)
		} else if w.text != "" && string(b) != w.text[a.length:end] {
			a.wrong = fmt.Sprintf("body %.40q instead of %.40q", b, w.text)
		} else if w.text == "" && !payload.Matches(b, a.length) {
			a.wrong = "a body with the wrong bytes"
		}
	}
	a.length += len(b)
}

// fault says what is wrong with the whole of it; empty: nothing.
func (a *answer) fault(w *want) string {
	switch {
	case a.wrong != "":
		return a.wrong
	case !w.allows(a.status):
		return fmt.Sprintf("status %d", a.status)
	case a.status == w.statuses[0] && w.length >= 0 && a.length != w.length:
		return fmt.Sprintf("a body of %d bytes instead of %d", a.length, w.length)
	}
	return ""
}
