// Reads messages from stdin and says on stdout, a line of JSON each and in their order, what net/http makes of them. A message stands behind its length
// in four bytes. With the argument `answers` they are those of upstreams, and a byte stands before each: 1 for the answer to HEAD, plus 2 when the
// upstream hangs up behind it.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"log"
	"os"
)

// Refused messages cost up to half a second of waiting each, so many are under way.
const atOnce = 512

func main() {
	of := newJudge().request
	if len(os.Args) > 1 && os.Args[1] == "answers" {
		of = func(message []byte) any {
			return read(question{head: message[0]&1 != 0, hangsUp: message[0]&2 != 0}, message[1:])
		}
	}
	waiting := make(chan chan any, atOnce)
	go func() {
		defer close(waiting)
		input := bufio.NewReader(os.Stdin)
		for {
			var length uint32
			if err := binary.Read(input, binary.BigEndian, &length); err != nil {
				if err != io.EOF {
					log.Fatal(err)
				}
				return
			}
			message := make([]byte, length)
			if _, err := io.ReadFull(input, message); err != nil {
				log.Fatal(err)
			}
			result := make(chan any, 1)
			waiting <- result
			go func() { result <- of(message) }()
		}
	}()
	output := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(output)
	for result := range waiting {
		if err := encoder.Encode(<-result); err != nil {
			log.Fatal(err)
		}
		if len(waiting) == 0 {
			output.Flush()
		}
	}
	output.Flush()
}
