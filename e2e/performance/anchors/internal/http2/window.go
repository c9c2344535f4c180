package http2

// Window is what one side may still send, of a connection.
type Window struct{ left int64 }

// NewWindow is the window of a new connection.
func NewWindow() Window { return Window{left: FirstWindow} }

// Take takes n bytes of it, if there are so many.
func (w *Window) Take(n int) bool {
	if int64(n) > w.left {
		return false
	}
	w.left -= int64(n)
	return true
}

// Grow is what a WINDOW_UPDATE does.
func (w *Window) Grow(by uint32) { w.left += int64(by) }

// Wide is how much more than FirstWindow a receiver lets come at the start, so that it need not give back often.
const Wide = 1 << 30

// Received counts what has come, and knows when to give back.
type Received struct{ bytes uint32 }

// Add returns how much to give back; 0: not yet.
func (r *Received) Add(n int) uint32 {
	r.bytes += uint32(n)
	if r.bytes < Wide/2 {
		return 0
	}
	back := r.bytes
	r.bytes = 0
	return back
}
