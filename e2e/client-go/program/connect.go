package main

import (
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const protobuf = "application/vnd.kubernetes.protobuf"

// clientSet are the ways of client-go to talk to a cluster.
type clientSet struct {
	config       *rest.Config
	typed        *kubernetes.Clientset
	dynamic      *dynamic.DynamicClient
	metadata     metadata.Interface
	discovery    *discovery.DiscoveryClient
	contentTypes *set
	requests     *counts
}

// set is one of words.
type set struct {
	mutex sync.Mutex
	words map[string]bool
}

func (s *set) add(word string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.words[word] = true
}

func (s *set) sorted() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	words := []string{}
	for word := range s.words {
		words = append(words, word)
	}
	sort.Strings(words)
	return words
}

// counts says how often what happened.
type counts struct {
	mutex sync.Mutex
	of    map[string]int
}

func newCounts() *counts { return &counts{of: map[string]int{}} }

func (c *counts) add(what string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.of[what]++
}

func (c *counts) all() map[string]int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	all := map[string]int{}
	for what, count := range c.of {
		all[what] = count
	}
	return all
}

// observed tells of every answer.
type observed struct {
	inner http.RoundTripper
	tell  func(*http.Request, *http.Response)
}

func (o observed) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := o.inner.RoundTrip(request)
	if err == nil {
		o.tell(request, response)
	}
	return response, err
}

func connect(kubeconfig string) (*clientSet, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 500, 500
	c := &clientSet{config: config, contentTypes: &set{words: map[string]bool{}}, requests: newCounts()}
	config.Wrap(func(inner http.RoundTripper) http.RoundTripper {
		return observed{inner, func(request *http.Request, response *http.Response) {
			query := request.URL.Query()
			kind := request.Method
			if request.Method == http.MethodGet && strings.HasSuffix(request.URL.Path, "/configmaps") {
				kind = "list"
				if query.Get("watch") != "" {
					kind = "watch"
				}
				if query.Get("sendInitialEvents") == "true" {
					kind = "watch list"
				}
			}
			c.requests.add(kind + " " + strconv.Itoa(response.StatusCode))
		}}
	})
	typed := rest.CopyConfig(config)
	typed.ContentType = protobuf
	typed.AcceptContentTypes = protobuf + ",application/json"
	typed.Wrap(func(inner http.RoundTripper) http.RoundTripper {
		return observed{inner, func(_ *http.Request, response *http.Response) {
			if media := response.Header.Get("Content-Type"); media != "" {
				c.contentTypes.add(media)
			}
		}}
	})
	if c.typed, err = kubernetes.NewForConfig(typed); err != nil {
		return nil, err
	}
	if c.dynamic, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	if c.metadata, err = metadata.NewForConfig(config); err != nil {
		return nil, err
	}
	c.discovery, err = discovery.NewDiscoveryClientForConfig(config)
	return c, err
}
