import { keyOf, keyText, type Ingress, type IngressPath } from '@knative-ts/api'
import type { routing } from '@knative-ts/wire'
import { versionOf } from './version-of.ts'

/** What gateways need of one KIngress. */
export function routesOf(ingress: Ingress): routing.IngressRoutes {
  return {
    key: keyText(keyOf(ingress)),
    version: versionOf(ingress),
    httpOption: ingress.spec.httpOption ?? '',
    tls: tlsOf(ingress),
    rules: (ingress.spec.rules ?? []).map((rule) => ({
      hosts: rule.hosts ?? [],
      clusterLocal: rule.visibility === 'ClusterLocal',
      paths: (rule.http?.paths ?? []).map(pathOf)
    }))
  }
}

/** Without hosts, a certificate is for all that are public (KIngress API). */
function tlsOf({ metadata, spec }: Ingress): routing.Tls[] {
  const publicHosts = (): string[] =>
    (spec.rules ?? []).filter(({ visibility }) => visibility !== 'ClusterLocal').flatMap(({ hosts }) => hosts ?? [])
  return (spec.tls ?? []).map(({ hosts = [], secretName = '', secretNamespace = metadata.namespace ?? '' }) => ({
    hosts: hosts.length > 0 ? hosts : publicHosts(),
    certificate: `${secretNamespace}/${secretName}`
  }))
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

/** Keys of the certificates that some routes name, each once. */
export function certificatesIn(routes: routing.IngressRoutes): ReadonlySet<string> {
  return new Set(routes.tls.map(({ certificate }) => certificate))
}
