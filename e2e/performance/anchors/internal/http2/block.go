package http2

import (
	"bytes"

	"golang.org/x/net/http2/hpack"
)

// Block is a header block that is sent again and again on one connection: the first one fills the peer's table, the others refer to it.
type Block struct {
	buffer  bytes.Buffer
	encoder *hpack.Encoder
	// Both by the key of what they say.
	times map[string]int
	kept  map[string][]byte
}

// NewBlock makes the blocks of a connection whose peer keeps a table of so many bytes.
func NewBlock(tableSize uint32) *Block {
	b := &Block{times: map[string]int{}, kept: map[string][]byte{}}
	b.encoder = hpack.NewEncoder(&b.buffer)
	b.encoder.SetMaxDynamicTableSizeLimit(tableSize)
	return b
}

// Of returns the block of these fields; the same key stands for the same fields.
func (b *Block) Of(key string, fields func() []hpack.HeaderField) []byte {
	if block, known := b.kept[key]; known {
		return block
	}
	if b.times[key] == 0 {
		// It may add to the table, and what others refer to moves.
		clear(b.kept)
	}
	b.buffer.Reset()
	for _, field := range fields() {
		// A bytes.Buffer takes everything.
		_ = b.encoder.WriteField(field)
	}
	block := append([]byte(nil), b.buffer.Bytes()...)
	// The second one is like all that follow: nothing of it is new to the table.
	if b.times[key]++; b.times[key] > 1 {
		b.kept[key] = block
	}
	return block
}
