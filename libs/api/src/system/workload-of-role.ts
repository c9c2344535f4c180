import type * as k8s from '../kubernetes/index.ts'
import { bindingsExcludeLabel } from '../names/eventing-keys.ts'
import { probePort, roleShapes, type RolePort } from './role-shape.ts'
import { namespaceOf, partOf, type AnyRole } from './parts.ts'
import { systemLabels, type AppName, type SystemOptions } from './system-options.ts'

const downward = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })

/** What runs a role: a Deployment, or a StatefulSet where it keeps a volume. */
export function workloadOfRole(role: AnyRole, options: SystemOptions): k8s.Deployment | k8s.StatefulSet {
  const shape = roleShapes[role]
  // No subject of SinkBindings: their webhook is asked about every Deployment of a cluster that is not labelled so, and the one that brings it back must not wait for it.
  const labels = { ...systemLabels(options, role, partOf(role)), [bindingsExcludeLabel]: 'true' }
  const metadata = { name: role, namespace: namespaceOf(role), labels }
  const replicas = options.replicas?.[role] ?? shape.replicas ?? 1
  const selector = { matchLabels: { app: role } }
  const template = podTemplateOf(role, options)
  if (shape.volume === undefined)
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } }, template }
    }
  const { name, size } = shape.volume
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      replicas,
      serviceName: role,
      selector,
      template,
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } }
        }
      ]
    }
  }
}

/** Pods run as a user without rights on a read-only root, under the role's own ServiceAccount. */
function podTemplateOf(role: AnyRole, options: SystemOptions): k8s.PodTemplateSpec {
  const { terminationGracePeriodSeconds, volume } = roleShapes[role]
  const own = { app: role, ...(role === 'activator' || role === 'webhook' ? { role } : {}) }
  const annotations = { ...options.podAnnotations, ...socketAnnotation(role, options) }
  return {
    metadata: {
      labels: { ...systemLabels(options, role, partOf(role)), ...own },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations })
    },
    spec: {
      serviceAccountName: role,
      terminationGracePeriodSeconds,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        // What lies on the volume belongs to the image's user.
        ...(volume === undefined ? {} : { fsGroup: imageUser })
      },
      containers: [containerOf(role, options)]
    }
  }
}

/** Whom the images run as. */
const imageUser = 65532

function containerOf(role: AnyRole, options: SystemOptions): k8s.Container {
  const shape = roleShapes[role]
  return {
    name: role,
    image: options.image(shape.app ?? (role as AppName)),
    imagePullPolicy: 'IfNotPresent',
    env: [
      downward('POD_NAME', 'metadata.name'),
      downward('POD_UID', 'metadata.uid'),
      downward('POD_IP', 'status.podIP'),
      { name: 'SYSTEM_NAMESPACE', value: namespaceOf(role) },
      ...Object.entries({ ...shape.env, ...externalPort(role, options), ...options.environment?.[role] }).map(([name, value]) => ({
        name,
        value
      })),
      ...Object.entries(shape.images ?? {}).map(([name, app]) => ({ name, value: options.image(app) }))
    ],
    ports: [...shape.ports.map((port) => portOf(port, options)), { name: 'probes', containerPort: probePort, protocol: 'TCP' }],
    // A refusal counts at once. A slow answer does not: on a busy machine all roles would leave their Services together.
    readinessProbe: { httpGet: { path: '/readyz', port: probePort }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 5 },
    livenessProbe: { httpGet: { path: '/livez', port: probePort }, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
    resources: {
      requests: { cpu: shape.cpuRequest, memory: shape.memoryRequest },
      limits: { memory: shape.memoryLimit }
    },
    ...(shape.volume === undefined ? {} : { volumeMounts: [{ name: shape.volume.name, mountPath: shape.volume.mountPath }] }),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
  }
}

function portOf(port: RolePort, { gatewayHostPort, gatewayHttpsHostPort }: SystemOptions): k8s.ContainerPort {
  const own: k8s.ContainerPort = { name: port.name, containerPort: port.containerPort, protocol: 'TCP' }
  const hostPort = { 'http-public': gatewayHostPort, 'https-public': gatewayHttpsHostPort }[port.name]
  // On the machine itself and nowhere else: who wants to be reached from outside runs on a cluster.
  return hostPort === undefined ? own : { ...own, hostPort, hostIP: '127.0.0.1' }
}

/** Where the gateway's redirects to https lead, unless that is 443. */
function externalPort(role: AnyRole, { gatewayHttpsHostPort }: SystemOptions): Record<string, string> {
  return role === 'gateway' && gatewayHttpsHostPort !== undefined ? { HTTPS_EXTERNAL_PORT: String(gatewayHttpsHostPort) } : {}
}

/** The gateway takes its public socket over from the node agent, so that no connect is refused while it restarts. */
function socketAnnotation(role: AnyRole, options: SystemOptions): Record<string, string> {
  return role === 'gateway' && options.gatewayHostPort !== undefined ? { 'standalone.knative.dev/socket-activation': 'true' } : {}
}
