import type { routing } from '@knative-ts/wire'
import type { Backend } from './backend.ts'
import { Split } from './split.ts'

export interface CompiledPath {
  /** Literal prefix of the path; '' fits all. */
  readonly prefix: string
  readonly matchHeaders: readonly (readonly [name: string, value: string])[]
  /** Answer plain HTTP with a redirect to https. */
  readonly redirect: boolean
  readonly splits: readonly Split[]
  /** Sum of the splits' percentages. */
  readonly total: number
  /** The split, where there is but one: with many routes, what a request need not touch is what counts. */
  readonly sole: Split | undefined
}

/** What some hosts lead to. */
export interface CompiledRule {
  /** `namespace/name` of the KIngress. */
  readonly ingress: string
  readonly version: string
  /** In the KIngress' order: the first that fits is taken. */
  readonly paths: readonly CompiledPath[]
  /** The path, where there is but one and it fits everything. */
  readonly sole: CompiledPath | undefined
}

/** Headers that only the platform may set: a client's own are dropped before a route's are added. */
const platforms = [
  'Knative-Serving-Revision',
  'Knative-Serving-Namespace',
  'Knative-Direct-Lb',
  'K-Network-Hash',
  'K-Network-Probe',
  'K-Kubelet-Probe',
  'K-Passthrough-Lb',
  'K-Proxy-Request'
]

/** Inside, a gateway may be the client: what it said of the host that was asked for at first (a DomainMapping's) goes on to the app. */
const untrusted = { public: [...platforms, 'K-Original-Host'], internal: platforms }

/** Certificate authorities ask over plain HTTP, before there is a certificate to redirect to. */
const challenges = '/.well-known/acme-challenge/'

/** Compiles one rule. `use` gives the backend of a name. */
export function compileRule(routes: routing.IngressRoutes, rule: routing.Rule, use: (key: string) => Backend): CompiledRule {
  const redirected = routes.httpOption === 'Redirected' && !rule.clusterLocal
  const side = rule.clusterLocal ? 'internal' : 'public'
  const paths = rule.paths.map((path): CompiledPath => {
    const splits = path.splits.map(
      (split) =>
        new Split({
          backend: use(split.backend),
          percent: split.percent,
          headers: { ...path.appendHeaders, ...split.appendHeaders },
          untrusted: untrusted[side],
          rewriteHost: path.rewriteHost
        })
    )
    return {
      prefix: path.path,
      matchHeaders: Object.entries(path.matchHeaders),
      redirect: redirected && !path.path.startsWith(challenges),
      splits,
      total: splits.reduce((sum, { percent }) => sum + percent, 0),
      sole: splits.length === 1 ? splits[0] : undefined
    }
  })
  const [first] = paths
  const fitsAll = first?.prefix === '' && first.matchHeaders.length === 0
  return { ingress: routes.key, version: routes.version, paths, sole: paths.length === 1 && fitsAll ? first : undefined }
}
