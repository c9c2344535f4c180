module knative-ts.dev/strictness

go 1.24.0
