/** Kubernetes' own kinds: types, and where their objects live. Generated; see tools/generate/kubernetes.mjs. */
export * from './gen/resources.ts'
export type * from './gen/types.ts'
