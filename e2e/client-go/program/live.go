package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const (
	resyncEvery = 5 * time.Second
	writeEvery  = 50 * time.Millisecond
	objectsLive = 40
)

// live writes ConfigMaps for a while, with three informers, a controller and an election beside it, and compares at the end what they saw.
func live(ctx context.Context, clients *clientSet, namespace string, duration time.Duration, report *Report) error {
	failures := newCounts()
	around, stop := context.WithCancel(ctx)
	defer stop()

	factory := informers.NewSharedInformerFactoryWithOptions(clients.typed, resyncEvery, informers.WithNamespace(namespace))
	typed := factory.Core().V1().ConfigMaps()
	dynamicFactory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(clients.dynamic, resyncEvery, namespace, nil)
	metadataFactory := metadatainformer.NewFilteredSharedInformerFactory(clients.metadata, resyncEvery, namespace, nil)
	resource := corev1.SchemeGroupVersion.WithResource("configmaps")
	all := map[string]cache.SharedIndexInformer{
		"typed": typed.Informer(), "dynamic": dynamicFactory.ForResource(resource).Informer(), "metadata": metadataFactory.ForResource(resource).Informer(),
	}
	seen := map[string]*watched{}
	for name, informer := range all {
		seen[name] = newWatched()
		if err := informer.SetWatchErrorHandler(func(_ *cache.Reflector, err error) { failures.add("informer: " + kindOf(err)) }); err != nil {
			return err
		}
		if _, err := informer.AddEventHandler(seen[name].handler()); err != nil {
			return err
		}
	}
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 2*time.Second)
	controller := &copier{
		clients: clients, namespace: namespace, lister: typed.Lister().ConfigMaps(namespace), errors: failures,
		queue: workqueue.NewTypedRateLimitingQueue(limiter),
	}
	if _, err := all["typed"].AddEventHandler(controller.handler()); err != nil {
		return err
	}
	factory.Start(around.Done())
	dynamicFactory.Start(around.Done())
	metadataFactory.Start(around.Done())
	for name, informer := range all {
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return fmt.Errorf("the %s informer does not sync", name)
		}
	}
	var workers sync.WaitGroup
	for range 2 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			controller.run(around)
		}()
	}

	votes := &election{leading: map[string]bool{}}
	first, resign := context.WithCancel(around)
	defer resign()
	if err := votes.stand(first, clients, namespace, "first"); err != nil {
		return err
	}
	if err := until(ctx, 30*time.Second, func() (bool, error) { return len(votes.leaders()) == 1, nil }); err != nil {
		return fmt.Errorf("nobody leads: %w", err)
	}
	if err := votes.stand(around, clients, namespace, "second"); err != nil {
		return err
	}

	say("live")
	writes := write(around, clients, namespace, duration, failures, func() { resign() })
	say("written")

	var server map[string]uint64
	differences := func() []string {
		list, err := clients.typed.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return []string{err.Error()}
		}
		server = map[string]uint64{}
		data := map[string]map[string]string{}
		for _, item := range list.Items {
			name, version := versionOf(&item)
			server[name], data[name] = version, item.Data
		}
		found := []string{}
		for name, one := range seen {
			for _, difference := range one.against(server) {
				found = append(found, name+": "+difference)
			}
		}
		for index := range objectsLive {
			name := fmt.Sprintf("w-%d", index)
			if fmt.Sprint(data[name]) != fmt.Sprint(data[copyPrefix+name]) {
				found = append(found, fmt.Sprintf("the copy of %s has %v, not %v", name, data[copyPrefix+name], data[name]))
			}
			if wanted, there := writes.last[name]; fmt.Sprint(data[name]["n"]) != wanted && there {
				found = append(found, fmt.Sprintf("%s has %v, was written as %q", name, data[name], wanted))
			}
		}
		return found
	}
	var left []string
	_ = until(ctx, 30*time.Second, func() (bool, error) {
		left = differences()
		return len(left) == 0, nil
	})
	if len(left) > 20 {
		left = left[:20]
	}
	faults, resyncs, examples := map[string]any{}, map[string]bool{}, []string{}
	for name, one := range seen {
		faults[name] = one.faultsSeen()
		resyncs[name] = one.resyncsSeen() > 0
		examples = append(examples, one.examples...)
	}
	election := map[string]any{"leaders": votes.leaders(), "twoLed": votes.twoLed}
	stop()
	controller.queue.ShutDown()
	workers.Wait()
	votes.ended.Wait()
	report.Same["folded"] = map[string]any{"differences": left, "faults": faults, "resyncs": resyncs}
	report.Same["election"] = election
	report.Seen["faults"] = examples
	report.Seen["writes"] = writes.count
	report.Seen["objects"] = len(server)
	report.Seen["errors"] = failures.all()
	report.Seen["requests"] = clients.requests.all()
	return nil
}

// written is what the writer knows to be the last state of its objects, and how much it wrote.
type written struct {
	last  map[string]string
	count int
}

// write creates, changes and deletes ConfigMaps, and tries again whatever fails, until it is done. `halfway` is called in the middle.
func write(ctx context.Context, clients *clientSet, namespace string, duration time.Duration, failures *counts, halfway func()) written {
	maps := clients.typed.CoreV1().ConfigMaps(namespace)
	done := written{last: map[string]string{}}
	began := time.Now()
	passed := false
	for time.Since(began) < duration && ctx.Err() == nil {
		if !passed && time.Since(began) > duration/2 {
			passed = true
			halfway()
		}
		index, round := done.count%objectsLive, done.count/objectsLive
		name, value := fmt.Sprintf("w-%d", index), strconv.Itoa(done.count)
		// Each seventh change is a deletion: the object comes back in the next round.
		isDeletion := (index+round)%7 == 6
		err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
			request, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			err := put(request, maps, name, value, isDeletion)
			if err != nil {
				failures.add("writer: " + kindOf(err))
			}
			return err == nil, nil
		})
		if err != nil {
			break
		}
		if done.last[name] = value; isDeletion {
			done.last[name] = ""
		}
		done.count++
		time.Sleep(writeEvery)
	}
	return done
}

type configMaps interface {
	Get(context.Context, string, metav1.GetOptions) (*corev1.ConfigMap, error)
	Create(context.Context, *corev1.ConfigMap, metav1.CreateOptions) (*corev1.ConfigMap, error)
	Update(context.Context, *corev1.ConfigMap, metav1.UpdateOptions) (*corev1.ConfigMap, error)
	Delete(context.Context, string, metav1.DeleteOptions) error
}

func put(ctx context.Context, maps configMaps, name, value string, isDeletion bool) error {
	if isDeletion {
		err := maps.Delete(ctx, name, metav1.DeleteOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	now, err := maps.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"n": value}}, metav1.CreateOptions{})
		return err
	}
	if err != nil || now.Data["n"] == value {
		// It was written, and the answer did not come through.
		return err
	}
	now.Data = map[string]string{"n": value}
	_, err = maps.Update(ctx, now, metav1.UpdateOptions{})
	return err
}

// kindOf names what went wrong, without addresses and numbers.
func kindOf(err error) string {
	var status apierrors.APIStatus
	switch {
	case errors.As(err, &status):
		return "status " + strconv.Itoa(int(status.Status().Code)) + " " + string(status.Status().Reason)
	case utilnet.IsConnectionRefused(err):
		return "connection refused"
	case utilnet.IsConnectionReset(err) || errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || utilnet.IsProbableEOF(err) || strings.Contains(err.Error(), http.ErrServerClosed.Error()):
		return "end of stream"
	case errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err):
		return "timeout"
	case utilnet.IsHTTP2ConnectionLost(err):
		return "connection lost"
	default:
		return err.Error()
	}
}
