import { z } from 'zod'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../kubernetes/index.ts'
import { int32, int64, mapList, preserved, quantity } from '../../schema/wire.ts'
import { probeSchema } from './probe.schema.ts'

/** Where a container's variable takes its value from. */
const keyRef = z
  .object({
    key: z.string().describe('The key to select.'),
    name: z.string().exactOptional().meta({ default: '', description: 'Name of the object that holds the key.' }),
    optional: z.boolean().exactOptional().describe('Whether the object or its key may be missing.')
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' })

const localRef = z
  .object({ name: z.string().exactOptional().meta({ default: '' }), optional: z.boolean().exactOptional() })
  .meta({ 'x-kubernetes-map-type': 'atomic' })

export const envVarSchema = z.object({
  name: z.string().describe('Name of the environment variable.'),
  value: z.string().exactOptional().describe('Its value; $(NAME) refers to a variable before it.'),
  valueFrom: z
    .object({
      configMapKeyRef: keyRef.exactOptional(),
      secretKeyRef: keyRef.exactOptional(),
      fieldRef: preserved<ObjectFieldSelector>('Behind the feature flag kubernetes.podspec-fieldref.').exactOptional(),
      resourceFieldRef: preserved<ResourceFieldSelector>('Behind the feature flag kubernetes.podspec-fieldref.').exactOptional()
    })
    .exactOptional()
})

export const envFromSchema = z.object({
  prefix: z.string().exactOptional(),
  configMapRef: localRef.exactOptional(),
  secretRef: localRef.exactOptional()
})

export const containerPortSchema = z.object({
  containerPort: int32().describe('The port that the container listens on.'),
  name: z.string().exactOptional().describe('Empty, h2c or http1.'),
  protocol: z.string().exactOptional().meta({ default: 'TCP' })
})

export const resourcesSchema = z.object({
  limits: z.record(z.string(), quantity()).exactOptional(),
  requests: z.record(z.string(), quantity()).exactOptional()
})

export const containerSecurityContextSchema = z.object({
  allowPrivilegeEscalation: z.boolean().exactOptional(),
  capabilities: z
    .object({
      add: z.array(z.string()).exactOptional().describe('Behind the feature flag kubernetes.containerspec-addcapabilities.'),
      drop: z.array(z.string()).exactOptional()
    })
    .exactOptional(),
  privileged: z.boolean().exactOptional(),
  readOnlyRootFilesystem: z.boolean().exactOptional(),
  runAsGroup: int64().exactOptional(),
  runAsNonRoot: z.boolean().exactOptional(),
  runAsUser: int64().exactOptional(),
  seccompProfile: z.object({ localhostProfile: z.string().exactOptional(), type: z.string() }).exactOptional()
})

export const volumeMountSchema = z.object({
  mountPath: z.string(),
  mountPropagation: z.string().exactOptional(),
  name: z.string(),
  readOnly: z.boolean().exactOptional(),
  subPath: z.string().exactOptional()
})

/** One container of a revision: the part of Kubernetes' Container that Serving takes. */
export const containerSchema = z.object({
  args: z.array(z.string()).exactOptional(),
  command: z.array(z.string()).exactOptional(),
  env: mapList(envVarSchema, 'name').exactOptional(),
  envFrom: z.array(envFromSchema).exactOptional(),
  image: z.string().exactOptional(),
  imagePullPolicy: z.string().exactOptional(),
  livenessProbe: probeSchema.exactOptional(),
  name: z.string().exactOptional(),
  ports: z.array(containerPortSchema).exactOptional(),
  readinessProbe: probeSchema.exactOptional(),
  resources: resourcesSchema.exactOptional(),
  securityContext: containerSecurityContextSchema.exactOptional(),
  startupProbe: probeSchema.exactOptional(),
  terminationMessagePath: z.string().exactOptional(),
  terminationMessagePolicy: z.string().exactOptional(),
  volumeMounts: mapList(volumeMountSchema, 'mountPath').exactOptional(),
  workingDir: z.string().exactOptional()
})

/** One container of a revision. */
export type Container = z.infer<typeof containerSchema>
/** One environment variable. */
export type EnvVar = z.infer<typeof envVarSchema>
/** A whole ConfigMap or Secret as environment. */
export type EnvFromSource = z.infer<typeof envFromSchema>
/** The port of a container; a revision has one. */
export type ContainerPort = z.infer<typeof containerPortSchema>
/** Requests and limits, as quantities by resource name. */
export type ResourceRequirements = z.infer<typeof resourcesSchema>
/** What a container may do. */
export type ContainerSecurityContext = z.infer<typeof containerSecurityContextSchema>
/** Where a volume appears in a container. */
export type VolumeMount = z.infer<typeof volumeMountSchema>
