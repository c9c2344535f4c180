// slow reads one response at a rate that is far below what the server could send, compares every byte of it, and says how many came.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"knative-ts.dev/anchors/internal/payload"
)

const block = 1 << 20

func main() {
	url := flag.String("url", "", "of the response")
	rate := flag.Float64("rate", 200, "MiB a second")
	flag.Parse()
	bytes, err := run(*url, time.Duration(float64(time.Second) / *rate))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(map[string]int{"bytes": bytes})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slow:", err)
		os.Exit(1)
	}
}

func run(url string, each time.Duration) (int, error) {
	response, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, errors.New(response.Status)
	}
	buffer := make([]byte, block)
	received := 0
	next := time.Now()
	for {
		n, err := io.ReadFull(response.Body, buffer)
		if n > 0 && !payload.Matches(buffer[:n], 0) {
			return received, fmt.Errorf("wrong bytes after %d", received)
		}
		received += n
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return received, nil
		}
		if err != nil {
			return received, err
		}
		next = next.Add(each)
		time.Sleep(time.Until(next))
	}
}
