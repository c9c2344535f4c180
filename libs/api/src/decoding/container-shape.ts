/** Kubernetes' Container and what it is made of, as Go types (core/v1). */
import {
  always,
  bool,
  embedded,
  int32,
  int64,
  intOrString,
  list,
  map,
  opaque,
  pointer,
  pointers,
  quantity,
  string,
  struct,
  value,
  values
} from './shape.ts'

const execAction = struct('v1.ExecAction', { command: value(list(string)) })
const httpHeader = struct('v1.HTTPHeader', { name: always(string), value: always(string) })
const httpGetAction = struct('v1.HTTPGetAction', {
  path: value(string),
  port: always(intOrString),
  host: value(string),
  scheme: value(string),
  httpHeaders: value(list(httpHeader))
})
const tcpSocketAction = struct('v1.TCPSocketAction', { port: always(intOrString), host: value(string) })
const grpcAction = struct('v1.GRPCAction', { port: always(int32), service: pointer(string) })

export const probe = struct('v1.Probe', {
  ...embedded('ProbeHandler', {
    exec: pointer(execAction),
    httpGet: pointer(httpGetAction),
    tcpSocket: pointer(tcpSocketAction),
    grpc: pointer(grpcAction)
  }),
  ...values(int32, 'initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'),
  terminationGracePeriodSeconds: pointer(int64)
})

const name = embedded('LocalObjectReference', { name: value(string) })
export const localReference = struct('v1.LocalObjectReference', { name: value(string) })
const keySelector = (go: string) => struct(go, { ...name, key: always(string), optional: pointer(bool) })
export const fieldSelector = struct('v1.ObjectFieldSelector', { apiVersion: value(string), fieldPath: always(string) })
export const resourceSelector = struct('v1.ResourceFieldSelector', {
  containerName: value(string),
  resource: always(string),
  divisor: always(quantity)
})

const envVar = struct('v1.EnvVar', {
  name: always(string),
  value: value(string),
  valueFrom: pointer(
    struct('v1.EnvVarSource', {
      fieldRef: pointer(fieldSelector),
      resourceFieldRef: pointer(resourceSelector),
      configMapKeyRef: pointer(keySelector('v1.ConfigMapKeySelector')),
      secretKeyRef: pointer(keySelector('v1.SecretKeySelector'))
    })
  )
})

const envSource = (go: string) => struct(go, { ...name, optional: pointer(bool) })
const envFrom = struct('v1.EnvFromSource', {
  prefix: value(string),
  configMapRef: pointer(envSource('v1.ConfigMapEnvSource')),
  secretRef: pointer(envSource('v1.SecretEnvSource'))
})

const port = struct('v1.ContainerPort', {
  name: value(string),
  hostPort: value(int32),
  containerPort: always(int32),
  protocol: value(string),
  hostIP: value(string)
})

const resourceList = map(quantity, 'v1.ResourceList')
const resources = struct('v1.ResourceRequirements', {
  limits: value(resourceList),
  requests: value(resourceList),
  claims: value(list(opaque('v1.ResourceClaim')))
})

export const seccompProfile = struct('v1.SeccompProfile', { type: always(string), localhostProfile: pointer(string) })
const securityContext = struct('v1.SecurityContext', {
  capabilities: pointer(
    struct('v1.Capabilities', { add: value(list(string, '[]v1.Capability')), drop: value(list(string, '[]v1.Capability')) })
  ),
  ...pointers(bool, 'privileged', 'runAsNonRoot', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation'),
  ...pointers(int64, 'runAsUser', 'runAsGroup'),
  seLinuxOptions: pointer(opaque('v1.SELinuxOptions')),
  windowsOptions: pointer(opaque('v1.WindowsSecurityContextOptions')),
  procMount: pointer(string),
  seccompProfile: pointer(seccompProfile),
  appArmorProfile: pointer(opaque('v1.AppArmorProfile'))
})

const volumeMount = struct('v1.VolumeMount', {
  name: always(string),
  readOnly: value(bool),
  recursiveReadOnly: pointer(string),
  mountPath: always(string),
  subPath: value(string),
  mountPropagation: pointer(string),
  subPathExpr: value(string)
})

export const container = struct('v1.Container', {
  name: always(string),
  image: value(string),
  command: value(list(string)),
  args: value(list(string)),
  workingDir: value(string),
  ports: value(list(port)),
  envFrom: value(list(envFrom)),
  env: value(list(envVar)),
  resources: value(resources),
  resizePolicy: value(list(opaque('v1.ContainerResizePolicy'))),
  restartPolicy: pointer(string),
  volumeMounts: value(list(volumeMount)),
  volumeDevices: value(list(opaque('v1.VolumeDevice'))),
  livenessProbe: pointer(probe),
  readinessProbe: pointer(probe),
  startupProbe: pointer(probe),
  lifecycle: pointer(opaque('v1.Lifecycle')),
  ...values(string, 'terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy'),
  securityContext: pointer(securityContext),
  ...values(bool, 'stdin', 'stdinOnce', 'tty')
})
