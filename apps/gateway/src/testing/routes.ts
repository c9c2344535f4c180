import { routing } from '@knative-ts/wire'

type Path = Partial<Omit<routing.Path, 'splits'>> & { readonly splits?: readonly Partial<routing.Split>[] }

export interface RouteOptions {
  readonly key?: string
  readonly version?: string
  readonly httpOption?: string
  readonly clusterLocal?: boolean
  readonly paths?: readonly Path[]
  readonly tls?: readonly routing.Tls[]
}

/** The routes of one KIngress that leads from `host` to backend `default/hello:80`. */
export function routesOf(host: string, options: RouteOptions = {}): routing.IngressRoutes {
  const { key = 'default/hello', version = 'v1', httpOption = 'Enabled', clusterLocal = false, paths = [{}], tls = [] } = options
  return {
    key,
    version,
    httpOption,
    tls: [...tls],
    rules: [
      {
        hosts: [host],
        clusterLocal,
        paths: paths.map(({ splits = [{}], ...path }) => ({
          ...routing.Path.create(),
          ...path,
          splits: splits.map((split) => ({ backend: 'default/hello:80', percent: 100, appendHeaders: {}, ...split }))
        }))
      }
    ]
  }
}

/** Backend `default/hello:80` with these addresses. */
export function backendOf(addresses: readonly string[], options: Partial<routing.Backend> = {}): routing.Backend {
  return { key: 'default/hello:80', h2c: false, activators: false, ...options, addresses: [...addresses] }
}
