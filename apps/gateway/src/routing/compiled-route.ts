import { headerEdits, type HeaderEdits } from '@knative-ts/proxy'
import type { routing } from '@knative-ts/wire'

/** One destination of a path, with everything that can be computed before a request comes. */
export interface CompiledSplit {
  readonly backend: string
  readonly percent: number
  /** Path's and split's headers, the split's winning; they replace what the client sent under those names. */
  readonly edits: HeaderEdits
}

export interface CompiledPath {
  readonly prefix: string
  readonly matchHeaders: readonly (readonly [name: string, value: string])[]
  /** '' keeps the client's Host. */
  readonly rewriteHost: string
  readonly splits: readonly CompiledSplit[]
}

/** What one host leads to. */
export interface CompiledRule {
  /** `namespace/name` of the KIngress. */
  readonly ingress: string
  readonly version: string
  /** Answer plain HTTP with a redirect to https. */
  readonly redirect: boolean
  readonly paths: readonly CompiledPath[]
}

/** Headers that only the platform may set: a client's own are dropped before a route's are added. */
const trusted = [
  'Knative-Serving-Revision',
  'Knative-Serving-Namespace',
  'Knative-Direct-Lb',
  'K-Network-Hash',
  'K-Network-Probe',
  'K-Kubelet-Probe',
  'K-Passthrough-Lb',
  'K-Proxy-Request',
  'K-Original-Host'
]

/** Compiles one rule. Paths keep their order within equal length; longer prefixes and more headers are asked first (reference 2.12). */
export function compileRule(routes: routing.IngressRoutes, rule: routing.Rule): CompiledRule {
  const paths = rule.paths.map((path) => ({
    prefix: path.path,
    matchHeaders: Object.entries(path.matchHeaders),
    rewriteHost: path.rewriteHost,
    splits: path.splits.map((split) => ({
      backend: split.backend,
      percent: split.percent,
      edits: headerEdits({ remove: trusted, set: { ...path.appendHeaders, ...split.appendHeaders } })
    }))
  }))
  return {
    ingress: routes.key,
    version: routes.version,
    redirect: routes.httpOption === 'Redirected',
    paths: paths.toSorted((a, b) => b.prefix.length - a.prefix.length || b.matchHeaders.length - a.matchHeaders.length)
  }
}
