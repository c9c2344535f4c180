package main

import (
	"fmt"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/cache"
)

// watched folds what one informer tells into the state that it must end in.
type watched struct {
	mutex    sync.Mutex
	versions map[string]uint64
	resyncs  int
	faults   map[string]int
	examples []string
}

func newWatched() *watched { return &watched{versions: map[string]uint64{}, faults: map[string]int{}} }

func (w *watched) fault(kind, name string) {
	w.faults[kind]++
	if len(w.examples) < 10 {
		w.examples = append(w.examples, kind+" "+name)
	}
}

func versionOf(object any) (string, uint64) {
	one, err := meta.Accessor(object)
	if err != nil {
		panic(err)
	}
	version, err := strconv.ParseUint(one.GetResourceVersion(), 10, 64)
	if err != nil {
		panic(fmt.Sprintf("the resource version of %s: %v", one.GetName(), err))
	}
	return one.GetName(), version
}

func (w *watched) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) {
			name, version := versionOf(object)
			w.mutex.Lock()
			defer w.mutex.Unlock()
			if _, known := w.versions[name]; known {
				w.fault("added twice", name)
			}
			w.versions[name] = version
		},
		UpdateFunc: func(before, object any) {
			name, version := versionOf(object)
			_, old := versionOf(before)
			w.mutex.Lock()
			defer w.mutex.Unlock()
			last, known := w.versions[name]
			switch {
			case !known:
				w.fault("updated, never added", name)
			case last != old:
				w.fault("updated from a state that was not the last", name)
			case version < last:
				w.fault("went back in time", name)
			case version == last:
				w.resyncs++
			}
			w.versions[name] = version
		},
		DeleteFunc: func(object any) {
			if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = gone.Obj
			}
			name, _ := versionOf(object)
			w.mutex.Lock()
			defer w.mutex.Unlock()
			if _, known := w.versions[name]; !known {
				w.fault("deleted, never added", name)
			}
			delete(w.versions, name)
		},
	}
}

// against says what differs from the state that the server has; nothing when all was seen.
func (w *watched) against(server map[string]uint64) []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	differences := []string{}
	for name, version := range server {
		if seen, known := w.versions[name]; !known {
			differences = append(differences, name+" was missed")
		} else if seen != version {
			differences = append(differences, fmt.Sprintf("%s was seen at %d, is at %d", name, seen, version))
		}
	}
	for name := range w.versions {
		if _, there := server[name]; !there {
			differences = append(differences, name+" is gone, which was missed")
		}
	}
	return differences
}

// faultsSeen are the broken promises, by kind.
func (w *watched) faultsSeen() map[string]int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.faults
}

func (w *watched) resyncsSeen() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.resyncs
}
