// hold opens connections, has one request answered on each, says so in one line, and keeps them idle until its standard input ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
)

func main() {
	address := flag.String("address", "", "of the server")
	connections := flag.Int("connections", 1, "how many")
	flag.Parse()
	if err := run(*address, *connections); err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		os.Exit(1)
	}
}

// At once: a backlog must not overflow.
const atOnce = 50

func run(address string, connections int) error {
	held := make([]net.Conn, connections)
	faults := make([]error, atOnce)
	var group sync.WaitGroup
	for worker := range atOnce {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := worker; i < connections && faults[worker] == nil; i += atOnce {
				held[i], faults[worker] = open(address)
			}
		}()
	}
	group.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]int{"open": connections}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	for _, conn := range held {
		conn.Close()
	}
	return err
}

func open(address string) (net.Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: hello\r\nUser-Agent: hold\r\n\r\n")); err != nil {
		return nil, err
	}
	buffer := make([]byte, 4096)
	n, err := conn.Read(buffer)
	if err == nil && !strings.HasPrefix(string(buffer[:n]), "HTTP/1.1 200 ") {
		err = fmt.Errorf("an answer: %.60q", buffer[:n])
	}
	return conn, err
}
