package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/restmapper"
)

//go:embed objects.yaml
var objects []byte

// discover maps kinds to resources by what the server says of itself.
func discover(_ context.Context, clients *clientSet, _ string) (any, error) {
	groups, err := restmapper.GetAPIGroupResources(clients.discovery)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDiscoveryRESTMapper(groups)
	found := map[string]string{}
	for _, kind := range []schema.GroupKind{
		{Kind: "Pod"}, {Kind: "Node"}, {Group: "apps", Kind: "Deployment"}, {Group: "batch", Kind: "CronJob"}, {Group: "coordination.k8s.io", Kind: "Lease"},
		{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}, {Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}, {Group: "events.k8s.io", Kind: "Event"},
		{Group: "example.com", Kind: "Nothing"},
	} {
		mapping, err := mapper.RESTMapping(kind)
		if err != nil {
			found[kind.String()] = err.Error()
			continue
		}
		found[kind.String()] = mapping.Resource.String() + " " + string(mapping.Scope.Name())
	}
	return found, nil
}

// decodeAll reads objects of many kinds as JSON and as protobuf: Go's types must hold the same afterwards.
func decodeAll(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	groups, err := restmapper.GetAPIGroupResources(clients.discovery)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDiscoveryRESTMapper(groups)
	same, different := []string{}, []string{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(bytes.ReplaceAll(objects, []byte("$NS"), []byte(namespace))), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		kind := object.GroupVersionKind()
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			return nil, err
		}
		path := "/apis/" + kind.Group + "/" + kind.Version
		if kind.Group == "" {
			path = "/api/" + kind.Version
		}
		isNamespaced := mapping.Scope.Name() == meta.RESTScopeNameNamespace
		if isNamespaced {
			path += "/namespaces/" + namespace
			object.SetNamespace(namespace)
		}
		path += "/" + mapping.Resource.Resource
		client := clients.dynamic.Resource(mapping.Resource)
		made := func() error {
			if isNamespaced {
				_, err := client.Namespace(namespace).Create(ctx, object, metav1.CreateOptions{})
				return err
			}
			_, err := client.Create(ctx, object, metav1.CreateOptions{})
			return err
		}
		// A new namespace gets the account that its pods run as a moment later.
		if err := until(ctx, 20*time.Second, func() (bool, error) {
			err := made()
			return err == nil || apierrors.IsAlreadyExists(err), ignoring(apierrors.IsAlreadyExists, err)
		}); err != nil {
			return nil, fmt.Errorf("%s %s: %w", kind.Kind, object.GetName(), err)
		}
		isSame, err := readsAlike(ctx, clients, path+"/"+object.GetName())
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", kind.Kind, object.GetName(), err)
		}
		if isSame {
			same = append(same, kind.String())
		} else {
			different = append(different, kind.String())
		}
		if !isNamespaced {
			if err := client.Delete(ctx, object.GetName(), metav1.DeleteOptions{}); err != nil {
				return nil, err
			}
		} else if kind.Kind == "ResourceQuota" || kind.Kind == "LimitRange" {
			if err := client.Namespace(namespace).Delete(ctx, object.GetName(), metav1.DeleteOptions{}); err != nil {
				return nil, err
			}
		}
	}
	lists, err := listsAlike(ctx, clients, namespace)
	if err != nil {
		return nil, err
	}
	return map[string]any{"objects": same, "different": different, "differentLists": lists}, nil
}

// ignoring is nil for an error that `isFine`.
func ignoring(isFine func(error) bool, err error) error {
	if isFine(err) {
		return nil
	}
	return err
}

// listsAlike does the same with the lists of every built-in resource of the namespace.
func listsAlike(ctx context.Context, clients *clientSet, namespace string) (any, error) {
	_, lists, err := clients.discovery.ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, resource := range list.APIResources {
			listable := false
			for _, verb := range resource.Verbs {
				listable = listable || verb == "list"
			}
			if !listable || !resource.Namespaced || !scheme.Scheme.Recognizes(version.WithKind(resource.Kind)) {
				continue
			}
			path := "/apis/" + list.GroupVersion
			if version.Group == "" {
				path = "/api/" + version.Version
			}
			alike, err := readsAlike(ctx, clients, path+"/namespaces/"+namespace+"/"+resource.Name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", resource.Name, err)
			}
			found[list.GroupVersion+" "+resource.Name] = alike
		}
	}
	differing := []string{}
	for name, alike := range found {
		if !alike {
			differing = append(differing, name)
		}
	}
	sort.Strings(differing)
	return differing, nil
}

// readsAlike gets a path in both encodings until nobody wrote in between.
func readsAlike(ctx context.Context, clients *clientSet, path string) (bool, error) {
	for try := 0; try < 5; try++ {
		read := func(accept string) (runtime.Object, string, error) {
			var media string
			raw, err := clients.typed.CoreV1().RESTClient().Get().AbsPath(path).SetHeader("Accept", accept).Do(ctx).ContentType(&media).Raw()
			if err != nil {
				return nil, "", err
			}
			if media != accept {
				return nil, "", fmt.Errorf("asked for %s, got %s", accept, media)
			}
			object, _, err := scheme.Codecs.UniversalDeserializer().Decode(raw, nil, nil)
			if err != nil {
				return nil, "", err
			}
			version := ""
			if list, err := meta.ListAccessor(object); err == nil {
				list.SetResourceVersion("")
				items, err := meta.ExtractList(object)
				if err != nil {
					return nil, "", err
				}
				for _, item := range items {
					one, err := meta.Accessor(item)
					if err != nil {
						return nil, "", err
					}
					version += one.GetResourceVersion() + " "
				}
			} else if one, err := meta.Accessor(object); err == nil {
				version = one.GetResourceVersion()
			}
			return object, version, nil
		}
		one, first, err := read("application/json")
		if err != nil {
			return false, err
		}
		other, second, err := read(protobuf)
		if err != nil {
			return false, err
		}
		if first != second {
			continue
		}
		if !equality.Semantic.DeepEqual(one, other) {
			return false, nil
		}
		if meta.IsListType(one) {
			// An empty list is one in JSON, and none in protobuf.
			return true, nil
		}
		// Semantic equality takes nil and empty for the same: what is written again as JSON says more.
		a, err := json.Marshal(one)
		if err != nil {
			return false, err
		}
		b, err := json.Marshal(other)
		if err != nil {
			return false, err
		}
		return bytes.Equal(a, b), nil
	}
	return false, errors.New("somebody writes it all the time")
}
