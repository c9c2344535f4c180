import type * as k8s from '../kubernetes/index.ts'
import { probePort, roleShapes, type RolePort } from './role-shape.ts'
import { systemLabels, systemNamespace, type RoleName, type SystemOptions } from './system-options.ts'

const downward = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })

/** The Deployment of one role. Its pods run as a user without rights on a read-only root, under the role's own ServiceAccount. */
export function deploymentOfRole(role: RoleName, options: SystemOptions): k8s.Deployment {
  const shape = roleShapes[role]
  const selector = { app: role }
  const labels = { ...systemLabels(options, role), ...selector, ...(role === 'activator' || role === 'webhook' ? { role } : {}) }
  const annotations = { ...options.podAnnotations, ...socketAnnotation(role, options) }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: role, namespace: systemNamespace, labels: systemLabels(options, role) },
    spec: {
      replicas: options.replicas?.[role] ?? 1,
      selector: { matchLabels: selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
        spec: {
          serviceAccountName: role,
          terminationGracePeriodSeconds: shape.terminationGracePeriodSeconds,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [containerOf(role, options)]
        }
      }
    }
  }
}

function containerOf(role: RoleName, options: SystemOptions): k8s.Container {
  const shape = roleShapes[role]
  return {
    name: role,
    image: options.image(role),
    imagePullPolicy: 'IfNotPresent',
    env: [
      downward('POD_NAME', 'metadata.name'),
      downward('POD_UID', 'metadata.uid'),
      downward('POD_IP', 'status.podIP'),
      { name: 'SYSTEM_NAMESPACE', value: systemNamespace },
      ...Object.entries({ ...shape.env, ...externalPort(role, options), ...options.environment?.[role] }).map(([name, value]) => ({
        name,
        value
      }))
    ],
    ports: [...shape.ports.map((port) => portOf(port, options)), { name: 'probes', containerPort: probePort, protocol: 'TCP' }],
    // A refusal counts at once. A slow answer does not: on a busy machine all roles would leave their Services together.
    readinessProbe: { httpGet: { path: '/readyz', port: probePort }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 5 },
    livenessProbe: { httpGet: { path: '/livez', port: probePort }, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
    resources: {
      requests: { cpu: shape.cpuRequest, memory: shape.memoryRequest },
      limits: { memory: shape.memoryLimit }
    },
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
function externalPort(role: RoleName, { gatewayHttpsHostPort }: SystemOptions): Record<string, string> {
  return role === 'gateway' && gatewayHttpsHostPort !== undefined ? { HTTPS_EXTERNAL_PORT: String(gatewayHttpsHostPort) } : {}
}

/** The gateway takes its public socket over from the node agent, so that no connect is refused while it restarts. */
function socketAnnotation(role: RoleName, options: SystemOptions): Record<string, string> {
  return role === 'gateway' && options.gatewayHostPort !== undefined ? { 'standalone.knative.dev/socket-activation': 'true' } : {}
}
