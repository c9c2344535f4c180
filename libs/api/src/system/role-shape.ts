import type { RoleName } from './system-options.ts'

/** A named port of a role: the container's, and the Service's when it has one. */
export interface RolePort {
  readonly name: string
  readonly containerPort: number
  /** Service name to the port it is published at. */
  readonly services?: Readonly<Record<string, number>>
  /** The Service's targetPort protocol hint. */
  readonly appProtocol?: string
}

/** How one role is deployed: ports, requests, environment, grace. Sources: reference sections 0 and 10.4; our own gRPC ports. */
export interface RoleShape {
  readonly ports: readonly RolePort[]
  readonly cpuRequest: string
  readonly memoryRequest: string
  readonly memoryLimit: string
  readonly env?: Readonly<Record<string, string>>
  readonly terminationGracePeriodSeconds: number
}

/** The probe and metrics port of every role. */
export const probePort = 8086

export const roleShapes: Readonly<Record<RoleName, RoleShape>> = {
  controller: {
    ports: [{ name: 'grpc-routing', containerPort: 8090, services: { controller: 8090 } }],
    cpuRequest: '100m',
    memoryRequest: '100Mi',
    memoryLimit: '1000Mi',
    terminationGracePeriodSeconds: 30
  },
  webhook: {
    ports: [{ name: 'https-webhook', containerPort: 8443, services: { webhook: 443 } }],
    cpuRequest: '100m',
    memoryRequest: '100Mi',
    memoryLimit: '500Mi',
    env: { WEBHOOK_NAME: 'webhook', WEBHOOK_PORT: '8443' },
    terminationGracePeriodSeconds: 300
  },
  autoscaler: {
    ports: [{ name: 'grpc-stats', containerPort: 8080, services: { autoscaler: 8080 } }],
    cpuRequest: '100m',
    memoryRequest: '100Mi',
    memoryLimit: '1000Mi',
    terminationGracePeriodSeconds: 30
  },
  activator: {
    ports: [
      { name: 'http1', containerPort: 8012, services: { 'activator-service': 80 } },
      { name: 'h2c', containerPort: 8013, services: { 'activator-service': 81 }, appProtocol: 'kubernetes.io/h2c' }
    ],
    cpuRequest: '300m',
    memoryRequest: '100Mi',
    memoryLimit: '600Mi',
    terminationGracePeriodSeconds: 600
  },
  gateway: {
    ports: [
      { name: 'http-public', containerPort: 8080, services: { gateway: 80 } },
      { name: 'https-public', containerPort: 8443, services: { gateway: 443 } },
      { name: 'http-internal', containerPort: 8081, services: { 'gateway-internal': 80 } },
      { name: 'https-internal', containerPort: 8444, services: { 'gateway-internal': 443 } }
    ],
    cpuRequest: '200m',
    memoryRequest: '100Mi',
    memoryLimit: '600Mi',
    terminationGracePeriodSeconds: 330
  }
}
