import type * as k8s from '@knative-ts/api/kubernetes'

/**
 * The docker-link style variables of every Service of the pod's namespace (`enableServiceLinks`, on unless a pod turns it off):
 * `REDIS_SERVICE_HOST`, `REDIS_SERVICE_PORT`, `REDIS_PORT`, `REDIS_PORT_6379_TCP` and its parts.
 */
export function serviceEnv(services: Iterable<k8s.Service>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const service of services) {
    const address = service.spec?.clusterIP
    const ports = service.spec?.ports ?? []
    const first = ports[0]
    if (address === undefined || address === '' || address === 'None' || first === undefined) continue
    const name = variableName(service.metadata.name ?? '')
    env[`${name}_SERVICE_HOST`] = address
    env[`${name}_SERVICE_PORT`] = String(first.port)
    for (const port of ports) {
      if (port.name !== undefined && port.name !== '') env[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port)
    }
    const url = (port: k8s.ServicePort): string => `${(port.protocol ?? 'TCP').toLowerCase()}://${address}:${port.port}`
    env[`${name}_PORT`] = url(first)
    for (const port of ports) {
      const prefix = `${name}_PORT_${port.port}_${port.protocol ?? 'TCP'}`
      env[prefix] = url(port)
      env[`${prefix}_PROTO`] = (port.protocol ?? 'TCP').toLowerCase()
      env[`${prefix}_PORT`] = String(port.port)
      env[`${prefix}_ADDR`] = address
    }
  }
  return env
}

const variableName = (text: string): string => text.toUpperCase().replaceAll('-', '_')
