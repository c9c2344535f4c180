import type * as k8s from '../kubernetes/index.ts'
import { roleShapes } from './role-shape.ts'
import { namespaceOf, partOf, type AnyRole } from './parts.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'

/** The Services in front of one role: most have one, the gateway a public and an internal one. */
export function servicesOfRole(role: AnyRole, options: SystemOptions): k8s.Service[] {
  const names = new Set(roleShapes[role].ports.flatMap((port) => Object.keys(port.services ?? {})))
  return [...names].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: namespaceOf(role), labels: { ...systemLabels(options, role, partOf(role)), app: role } },
    spec: {
      ...(name === 'gateway' ? { type: 'LoadBalancer' } : {}),
      selector: { app: role },
      ports: roleShapes[role].ports.flatMap((port) => {
        const published = port.services?.[name]
        if (published === undefined) return []
        return [
          {
            name: servicePortName(port.name),
            port: published,
            targetPort: port.containerPort,
            protocol: 'TCP',
            ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol })
          }
        ]
      })
    }
  }))
}

/** Upstream's names for ports, which clients select by. */
const publishedNames: Readonly<Record<string, string>> = {
  http1: 'http',
  h2c: 'http2',
  'http-public': 'http',
  'https-public': 'https',
  'http-internal': 'http',
  'https-internal': 'https',
  'http-ingress': 'http',
  'http-filter': 'http',
  'http-channel': 'http',
  'http-job-sink': 'http'
}

const servicePortName = (port: string): string => publishedNames[port] ?? port
