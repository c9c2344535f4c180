// Reads messages from stdin, each behind its length in four bytes, and says on stdout, a line of JSON each and in their order, what net/http makes of them.
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
	judge := newJudge()
	waiting := make(chan chan judgement, atOnce)
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
			result := make(chan judgement, 1)
			waiting <- result
			go func() { result <- judge.of(message) }()
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
