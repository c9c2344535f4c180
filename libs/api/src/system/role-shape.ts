import type { AnyRole } from './parts.ts'
import type { AppName } from './system-options.ts'

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
  /** The app whose image it runs; the one of its own name unless said. */
  readonly app?: AppName
  /** Variables that name images which the role has others run. */
  readonly images?: Readonly<Record<string, AppName>>
  /** Replicas unless the installation says otherwise; one where absent. */
  readonly replicas?: number
  /** A directory that outlives its pods: such a role is a StatefulSet, of one pod, because one process writes there. */
  readonly volume?: { readonly name: string; readonly mountPath: string; readonly size: string }
}

/** The probe and metrics port of every role. */
export const probePort = 8086

/** Every role, as it is deployed unless the values say otherwise. */
export const roleShapes: Readonly<Record<AnyRole, RoleShape>> = {
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
      { name: 'h2c', containerPort: 8013, services: { 'activator-service': 81 }, appProtocol: 'kubernetes.io/h2c' },
      { name: 'https', containerPort: 8112, services: { 'activator-service': 443 } }
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
  },
  'eventing-controller': {
    app: 'controller',
    ports: [{ name: 'grpc-events', containerPort: 8090, services: { 'eventing-controller': 8090 } }],
    cpuRequest: '50m',
    memoryRequest: '100Mi',
    memoryLimit: '1000Mi',
    env: { CONTROLLER_GROUP: 'eventing' },
    images: { APISERVER_RA_IMAGE: 'source' },
    terminationGracePeriodSeconds: 30
  },
  'eventing-webhook': {
    app: 'webhook',
    ports: [{ name: 'https-webhook', containerPort: 8443, services: { 'eventing-webhook': 443 } }],
    cpuRequest: '50m',
    memoryRequest: '100Mi',
    memoryLimit: '500Mi',
    env: { WEBHOOK_GROUP: 'eventing', WEBHOOK_NAME: 'eventing-webhook', WEBHOOK_PORT: '8443' },
    terminationGracePeriodSeconds: 300
  },
  // Ingress, filter and channels beside the log, which one process writes (ADR 0039). The Services bear upstream's names.
  'event-log': {
    app: 'broker',
    ports: [
      { name: 'http-ingress', containerPort: 8080, services: { 'broker-ingress': 80 } },
      { name: 'http-filter', containerPort: 8081, services: { 'broker-filter': 80 } },
      { name: 'http-channel', containerPort: 8082, services: { 'imc-dispatcher': 80 } }
    ],
    cpuRequest: '80m',
    memoryRequest: '150Mi',
    memoryLimit: '1000Mi',
    // Look-ups of names must not hold up syncs of the log.
    env: { BROKER_ROLES: 'ingress,filter,channel', LOG_DIR: '/var/lib/knative-ts/log', UV_THREADPOOL_SIZE: '8' },
    terminationGracePeriodSeconds: 60,
    volume: { name: 'log', mountPath: '/var/lib/knative-ts/log', size: '10Gi' }
  },
  'job-sink': {
    app: 'broker',
    ports: [{ name: 'http-job-sink', containerPort: 8080, services: { 'job-sink': 80 } }],
    cpuRequest: '20m',
    memoryRequest: '80Mi',
    memoryLimit: '500Mi',
    env: { BROKER_ROLES: 'job-sink' },
    terminationGracePeriodSeconds: 30
  },
  // The first PingSource brings it up.
  'pingsource-mt-adapter': {
    app: 'source',
    ports: [],
    cpuRequest: '20m',
    memoryRequest: '80Mi',
    memoryLimit: '500Mi',
    env: { SOURCE_KIND: 'ping' },
    terminationGracePeriodSeconds: 60,
    replicas: 0
  }
}
