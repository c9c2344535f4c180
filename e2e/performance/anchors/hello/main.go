// hello is the user container of the benchmarks of a cluster: what most people's first server is, Go's own with one handler.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Hello World!\n")
	})
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
