import { createHash } from 'node:crypto'
import { keyOf, keyText, type Ingress, type IngressPath, type IngressSpec } from '@knative-ts/api'
import type { routing } from '@knative-ts/wire'

/** Two equal specs route equally, whatever wrote them: SHA-256 (hex) of the spec as the API server returns it. */
export function versionOf(spec: IngressSpec): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex')
}

/** What gateways need of one KIngress. */
export function routesOf(ingress: Ingress): routing.IngressRoutes {
  return {
    key: keyText(keyOf(ingress)),
    version: versionOf(ingress.spec),
    httpOption: ingress.spec.httpOption ?? '',
    rules: (ingress.spec.rules ?? []).map((rule) => ({
      hosts: rule.hosts ?? [],
      clusterLocal: rule.visibility === 'ClusterLocal',
      paths: (rule.http?.paths ?? []).map(pathOf)
    }))
  }
}

function pathOf(path: IngressPath): routing.Path {
  return {
    path: path.path ?? '',
    matchHeaders: Object.fromEntries(Object.entries(path.headers ?? {}).map(([name, match]) => [name, match.exact])),
    appendHeaders: path.appendHeaders ?? {},
    rewriteHost: path.rewriteHost ?? '',
    splits: path.splits.map((split) => ({
      backend: `${split.serviceNamespace}/${split.serviceName}:${split.servicePort}`,
      // A lone backend may leave its share out (KIngress API).
      percent: split.percent ?? (path.splits.length === 1 ? 100 : 0),
      appendHeaders: split.appendHeaders ?? {}
    }))
  }
}

/** Keys of the backends that some routes lead to, each once. */
export function backendsIn(routes: routing.IngressRoutes): ReadonlySet<string> {
  return new Set(routes.rules.flatMap((rule) => rule.paths.flatMap((path) => path.splits.map((split) => split.backend))))
}
