package main

import (
	"context"
	"fmt"
	"sort"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	applyappsv1 "k8s.io/client-go/applyconfigurations/apps/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
)

// apply has two managers share, dispute and give up fields.
func apply(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	maps := clients.typed.CoreV1().ConfigMaps(namespace)
	by := func(manager string, force bool) metav1.ApplyOptions {
		return metav1.ApplyOptions{FieldManager: manager, Force: force}
	}
	of := func(data map[string]string) *applycorev1.ConfigMapApplyConfiguration {
		return applycorev1.ConfigMap("applied", namespace).WithData(data)
	}
	if _, err := maps.Apply(ctx, of(map[string]string{"a": "1", "b": "1"}), by("one", false)); err != nil {
		return nil, err
	}
	_, refused := maps.Apply(ctx, of(map[string]string{"b": "2", "c": "2"}), by("two", false))
	if _, err := maps.Apply(ctx, of(map[string]string{"b": "2", "c": "2"}), by("two", true)); err != nil {
		return nil, err
	}
	last, err := maps.Apply(ctx, of(map[string]string{"a": "3"}), by("one", false))
	if err != nil {
		return nil, err
	}
	extracted, err := applycorev1.ExtractConfigMap(last, "two")
	if err != nil {
		return nil, err
	}
	deployment := applyappsv1.Deployment("applied", namespace).WithSpec(applyappsv1.DeploymentSpec().
		WithReplicas(0).
		WithSelector(applymetav1.LabelSelector().WithMatchLabels(map[string]string{"app": "applied"})).
		WithTemplate(applycorev1.PodTemplateSpec().WithLabels(map[string]string{"app": "applied"}).
			WithSpec(applycorev1.PodSpec().WithContainers(applycorev1.Container().WithName("a").WithImage("b")))))
	if _, err := clients.typed.AppsV1().Deployments(namespace).Apply(ctx, deployment, by("one", false)); err != nil {
		return nil, err
	}
	managers := []string{}
	for _, entry := range last.ManagedFields {
		managers = append(managers, fmt.Sprintf("%s %s %s", entry.Manager, entry.Operation, entry.FieldsV1.Raw))
	}
	sort.Strings(managers)
	return map[string]any{
		"refused": refused.Error(), "isConflict": apierrors.IsConflict(refused), "data": last.Data, "ofTwo": extracted.Data, "managers": managers,
	}, nil
}

// patch changes one object in all four ways.
func patch(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	services := clients.typed.CoreV1().Services(namespace)
	made, err := services.Create(ctx, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "patched"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "a", Port: 80}, {Name: "b", Port: 81}}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		kind types.PatchType
		body string
	}{
		{types.JSONPatchType, `[{"op":"test","path":"/spec/ports/0/name","value":"a"},{"op":"add","path":"/metadata/labels","value":{"json":"1"}}]`},
		{types.MergePatchType, `{"metadata":{"labels":{"merge":"1","json":null}}}`},
		{types.StrategicMergePatchType, `{"spec":{"ports":[{"port":81,"targetPort":8081},{"port":80,"$patch":"delete"}]}}`},
		{types.ApplyPatchType, `{"apiVersion":"v1","kind":"Service","metadata":{"name":"patched","annotations":{"apply":"1"}}}`},
	} {
		options := metav1.PatchOptions{}
		if one.kind == types.ApplyPatchType {
			options.FieldManager = "patcher"
		}
		if made, err = services.Patch(ctx, "patched", one.kind, []byte(one.body), options); err != nil {
			return nil, err
		}
	}
	_, refused := services.Patch(ctx, "patched", types.JSONPatchType, []byte(`[{"op":"remove","path":"/spec/nothing"}]`), metav1.PatchOptions{})
	return map[string]any{"labels": made.Labels, "annotations": made.Annotations, "ports": made.Spec.Ports, "refused": refused.Error()}, nil
}

// page lists in pages, while somebody writes.
func page(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	const objects, limit = 50, 7
	secrets := clients.typed.CoreV1().Secrets(namespace)
	for index := range objects {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("page-%02d", index), Labels: map[string]string{"page": "1"}}}
		if _, err := secrets.Create(ctx, secret, metav1.CreateOptions{}); err != nil {
			return nil, err
		}
	}
	sizes, names, versions, remaining := []int{}, []string{}, map[string]bool{}, []int64{}
	options := metav1.ListOptions{Limit: limit}
	for {
		list, err := secrets.List(ctx, options)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, len(list.Items))
		versions[list.ResourceVersion] = true
		if list.RemainingItemCount != nil {
			remaining = append(remaining, *list.RemainingItemCount)
		}
		for _, item := range list.Items {
			names = append(names, item.Name)
		}
		if options.Continue = list.Continue; options.Continue == "" {
			break
		}
		// What is deleted meanwhile is still in this list.
		if err := secrets.Delete(ctx, fmt.Sprintf("page-%02d", objects-len(sizes)), metav1.DeleteOptions{}); err != nil {
			return nil, err
		}
	}
	err := secrets.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "page"})
	return map[string]any{
		"sizes": sizes, "inOrder": sort.StringsAreSorted(names), "versions": len(versions), "remaining": remaining,
	}, err
}

// evict has a budget refuse, and then allow.
func evict(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	pods, budgets := clients.typed.CoreV1().Pods(namespace), clients.typed.PolicyV1().PodDisruptionBudgets(namespace)
	one := intstr.FromInt32(1)
	zero := int64(0)
	labels := map[string]string{"app": "evicted"}
	budget := &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "evicted"},
		Spec:       policyv1.PodDisruptionBudgetSpec{MinAvailable: &one, Selector: &metav1.LabelSelector{MatchLabels: labels}},
	}
	if _, err := budgets.Create(ctx, budget, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	pod, err := retried(ctx, func() (*corev1.Pod, error) {
		return pods.Create(ctx, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: "evicted", Labels: labels},
			Spec: corev1.PodSpec{
				SchedulerName: "nobody", TerminationGracePeriodSeconds: &zero, Containers: []corev1.Container{{Name: "a", Image: "registry.example/a:1"}},
			},
		}, metav1.CreateOptions{})
	})
	if err != nil {
		return nil, err
	}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue})
	if _, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
		return nil, err
	}
	counted := func(healthy int32) error {
		return until(ctx, 20*time.Second, func() (bool, error) {
			now, err := budgets.Get(ctx, "evicted", metav1.GetOptions{})
			return err == nil && now.Status.ObservedGeneration == now.Generation && now.Status.CurrentHealthy == healthy, err
		})
	}
	if err := counted(1); err != nil {
		return nil, fmt.Errorf("the budget does not count its pod: %w", err)
	}
	eviction := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "evicted", Namespace: namespace}}
	refused := pods.EvictV1(ctx, eviction)
	if refused == nil {
		return nil, fmt.Errorf("the eviction was not refused")
	}
	if err := budgets.Delete(ctx, "evicted", metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	var allowed error
	err = until(ctx, 20*time.Second, func() (bool, error) {
		allowed = pods.EvictV1(ctx, eviction)
		return !apierrors.IsTooManyRequests(allowed), nil
	})
	if err != nil || allowed != nil {
		return nil, fmt.Errorf("evicting: %w %w", err, allowed)
	}
	err = until(ctx, 20*time.Second, func() (bool, error) {
		_, err := pods.Get(ctx, "evicted", metav1.GetOptions{})
		return apierrors.IsNotFound(err), nil
	})
	return map[string]any{"refused": refused.Error(), "isTooManyRequests": apierrors.IsTooManyRequests(refused)}, err
}

// until asks ten times a second.
func until(ctx context.Context, limit time.Duration, isSo func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var last error
	for {
		ok, err := isSo()
		if ok && err == nil {
			return nil
		}
		last = err
		select {
		case <-ctx.Done():
			return fmt.Errorf("not in %s: %w", limit, last)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// retried waits for what a new namespace does not have at once, such as its ServiceAccount.
func retried[T any](ctx context.Context, make func() (T, error)) (T, error) {
	var made T
	err := until(ctx, 20*time.Second, func() (bool, error) {
		var err error
		made, err = make()
		return err == nil, err
	})
	return made, err
}
