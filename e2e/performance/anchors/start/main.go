// start execs a server again and again as a node agent does, and asks it once as soon as it can: `start -address A -line TEXT -- COMMAND...`.
// It prints one JSON line: when the answer was there, when the server wrote a line with TEXT, what the server weighed a second later.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

type report struct {
	FirstResponseMs float64 `json:"firstResponseMs"`
	LineMs          float64 `json:"lineMs"`
	RSSMiB          float64 `json:"rssMib"`
}

const patience = 20 * time.Second

func main() {
	address := flag.String("address", "", "that the server will listen on")
	line := flag.String("line", "", "part of the line that it writes when all of it runs")
	flag.Parse()
	seen, err := measure(*address, *line, flag.Args())
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(seen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

func measure(address, line string, command []string) (*report, error) {
	if len(command) == 0 {
		return nil, errors.New("no command")
	}
	child := exec.Command(command[0], command[1:]...)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := child.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	}()
	told := make(chan time.Time, 1)
	go tell(output, line, told)
	if err := ask(address, began.Add(patience)); err != nil {
		return nil, err
	}
	seen := &report{FirstResponseMs: milliseconds(time.Since(began))}
	select {
	case at := <-told:
		seen.LineMs = milliseconds(at.Sub(began))
	case <-time.After(patience):
		return nil, fmt.Errorf("no line with %q within %v", line, patience)
	}
	time.Sleep(time.Second)
	seen.RSSMiB, err = rss(child.Process.Pid)
	return seen, err
}

func tell(output io.Reader, text string, told chan<- time.Time) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			select {
			case told <- time.Now():
			default:
			}
		}
	}
}

// ask connects every millisecond until it can, and asks once.
func ask(address string, until time.Time) error {
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			defer conn.Close()
			return exchange(conn, until)
		}
		if time.Now().After(until) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

func exchange(conn net.Conn, until time.Time) error {
	if err := conn.SetDeadline(until); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: hello\r\nUser-Agent: start\r\n\r\n")); err != nil {
		return err
	}
	buffer := make([]byte, 4096)
	n, err := conn.Read(buffer)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(buffer[:n]), "HTTP/1.1 200 ") {
		return fmt.Errorf("the first answer: %.60q", buffer[:n])
	}
	return nil
}

func rss(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); !found || err != nil {
		return 0, fmt.Errorf("no VmRSS of process %d", pid)
	}
	return kib / 1024, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
