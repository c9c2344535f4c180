package main

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// election has two candidates for one Lease, and watches that there is never more than one leader.
type election struct {
	mutex   sync.Mutex
	leading map[string]bool
	order   []string
	twoLed  int
	ended   sync.WaitGroup
}

func (e *election) began(who string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if len(e.leading) > 0 {
		e.twoLed++
	}
	e.leading[who] = true
	e.order = append(e.order, who)
}

func (e *election) stopped(who string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.leading, who)
}

func (e *election) leaders() []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return append([]string{}, e.order...)
}

// stand has `who` stand for election until ctx ends; it gives the Lease back then.
func (e *election) stand(ctx context.Context, clients *clientSet, namespace, who string) error {
	// Its own connection: what others do must not delay a renewal.
	client, err := kubernetes.NewForConfig(clients.config)
	if err != nil {
		return err
	}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta: metav1.ObjectMeta{Name: "leader", Namespace: namespace}, Client: client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: who},
		},
		LeaseDuration: 15 * time.Second, RenewDeadline: 12 * time.Second, RetryPeriod: time.Second, ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { e.began(who) },
			OnStoppedLeading: func() { e.stopped(who) },
		},
	})
	if err != nil {
		return err
	}
	e.ended.Add(1)
	go func() {
		defer e.ended.Done()
		elector.Run(ctx)
	}()
	return nil
}
