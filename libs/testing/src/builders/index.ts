/** Apart from the rest of the library, which needs jest: for benchmarks. */
export * from './knative.ts'
export * from './kubernetes.ts'
