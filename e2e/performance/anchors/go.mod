module knative-ts.dev/anchors

go 1.24.0
