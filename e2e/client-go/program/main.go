// A program as others write them against Kubernetes: informers, leader election, apply, a controller. It runs for a while, during which the API server
// may be killed and started again, and then says as JSON what it saw. "same" must be equal on every cluster, "seen" need not.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
)

// Report is what the program prints at the end.
type Report struct {
	Same map[string]any `json:"same"`
	Seen map[string]any `json:"seen"`
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flag.String("namespace", "", "namespace of the program's own; it is made, and removed at the end")
	seconds := flag.Int("seconds", 60, "how long it writes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	report, err := run(ctx, *kubeconfig, *namespace, time.Duration(*seconds)*time.Second)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	encoder := json.NewEncoder(os.Stdout)
	if err := encoder.Encode(report); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// say tells the caller how far the program is.
func say(phase string) { fmt.Printf("{\"phase\":%q}\n", phase) }

func run(ctx context.Context, kubeconfig, namespace string, duration time.Duration) (*Report, error) {
	clients, err := connect(kubeconfig)
	if err != nil {
		return nil, err
	}
	report := &Report{Same: map[string]any{}, Seen: map[string]any{}}
	own := applycorev1.Namespace(namespace)
	if _, err := clients.typed.CoreV1().Namespaces().Apply(ctx, own, metav1.ApplyOptions{FieldManager: "program"}); err != nil {
		return nil, fmt.Errorf("namespace: %w", err)
	}
	defer func() {
		_ = clients.typed.CoreV1().Namespaces().Delete(context.Background(), namespace, metav1.DeleteOptions{})
	}()
	for _, part := range []struct {
		name string
		run  func(context.Context, *clientSet, string) (any, error)
	}{
		{"discovery", discover},
		{"decoded", decodeAll},
		{"apply", apply},
		{"patches", patch},
		{"pages", page},
		{"eviction", evict},
	} {
		result, err := part.run(ctx, clients, namespace)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
		report.Same[part.name] = result
	}
	say("steady")
	if err := live(ctx, clients, namespace, duration, report); err != nil {
		return nil, err
	}
	report.Same["typedContentTypes"] = clients.contentTypes.sorted()
	return report, nil
}
