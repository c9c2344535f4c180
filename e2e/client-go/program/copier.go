package main

import (
	"context"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const copyPrefix = "copy-"

// copier is a controller: of each ConfigMap `w-N` it keeps a copy `copy-w-N` with the same data.
type copier struct {
	clients   *clientSet
	namespace string
	lister    corelisters.ConfigMapNamespaceLister
	queue     workqueue.TypedRateLimitingInterface[string]
	errors    *counts
}

func (c *copier) handler() cache.ResourceEventHandler {
	enqueue := func(object any) {
		key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
		if err != nil {
			panic(err)
		}
		name := strings.TrimPrefix(key[strings.Index(key, "/")+1:], copyPrefix)
		if strings.HasPrefix(name, "w-") {
			c.queue.Add(name)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue, UpdateFunc: func(_, object any) { enqueue(object) }, DeleteFunc: enqueue,
	}
}

func (c *copier) run(ctx context.Context) {
	for {
		name, over := c.queue.Get()
		if over {
			return
		}
		if err := c.sync(ctx, name); err != nil && ctx.Err() == nil {
			c.errors.add("copier: " + kindOf(err))
			c.queue.AddRateLimited(name)
		} else {
			c.queue.Forget(name)
		}
		c.queue.Done(name)
	}
}

func (c *copier) sync(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	maps := c.clients.typed.CoreV1().ConfigMaps(c.namespace)
	source, err := c.lister.Get(name)
	if apierrors.IsNotFound(err) {
		err = maps.Delete(ctx, copyPrefix+name, metav1.DeleteOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	copied, err := c.lister.Get(copyPrefix + name)
	if apierrors.IsNotFound(err) {
		_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: copyPrefix + name}, Data: source.Data}, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			// The cache is behind: the event that brings it up to date brings us here again.
			return nil
		}
		return err
	}
	if err != nil || equality.Semantic.DeepEqual(copied.Data, source.Data) {
		return err
	}
	changed := copied.DeepCopy()
	changed.Data = source.Data
	_, err = maps.Update(ctx, changed, metav1.UpdateOptions{})
	return err
}
