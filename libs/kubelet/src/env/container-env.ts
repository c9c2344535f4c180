/** The environment of a container, in the kubelet's order: service links, then envFrom, then env; later ones win. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import type { StorageReferences } from '../volume/claimed-volume.ts'
import { expand } from './expand.ts'
import { type Allocatable, type PodFacts, fieldText, resourceText } from './field-ref.ts'

/** Where ConfigMaps and Secrets of the pod's namespace are read; undefined when there is none of that name. */
export interface References {
  configMap(namespace: string, name: string): Promise<k8s.ConfigMap | undefined>
  secret(namespace: string, name: string): Promise<k8s.Secret | undefined>
  /** Absent: claims cannot be followed. */
  readonly storage?: StorageReferences
}

/** Everything that an environment is made of. */
export interface EnvSources {
  readonly pod: k8s.Pod
  readonly container: k8s.Container
  readonly base: Readonly<Record<string, string>>
  readonly facts: PodFacts
  readonly node: Allocatable
  readonly references: References
}

/** A reference cannot be followed: the container waits with CreateContainerConfigError and this message. */
export class EnvError extends Error {}

/** `base` overlaid with the container's envFrom and env. Rejects with {@link EnvError} in the kubelet's words. */
export async function containerEnv(sources: EnvSources): Promise<Record<string, string>> {
  const env: Record<string, string> = { ...sources.base }
  for (const from of sources.container.envFrom ?? []) {
    for (const [key, value] of Object.entries(await valuesFrom(from, sources))) env[`${from.prefix ?? ''}${key}`] = value
  }
  for (const variable of sources.container.env ?? []) {
    if (variable.valueFrom === undefined) env[variable.name] = expand(variable.value ?? '', (name) => env[name])
    else {
      const value = await valueFrom(variable.valueFrom, sources)
      if (value !== undefined) env[variable.name] = value
    }
  }
  return env
}

async function valuesFrom(from: k8s.EnvFromSource, sources: EnvSources): Promise<Record<string, string>> {
  const namespace = sources.pod.metadata.namespace ?? ''
  if (from.configMapRef !== undefined) {
    const name = from.configMapRef.name ?? ''
    const found = await sources.references.configMap(namespace, name)
    if (found === undefined && from.configMapRef.optional !== true) throw new EnvError(`configmap "${name}" not found`)
    return found?.data ?? {}
  }
  if (from.secretRef !== undefined) {
    const name = from.secretRef.name ?? ''
    const found = await sources.references.secret(namespace, name)
    if (found === undefined && from.secretRef.optional !== true) throw new EnvError(`secret "${name}" not found`)
    return Object.fromEntries(Object.entries(found?.data ?? {}).map(([key, value]) => [key, decode(value)]))
  }
  return {}
}

async function valueFrom(from: k8s.EnvVarSource, sources: EnvSources): Promise<string | undefined> {
  const { pod, container, facts, node } = sources
  const namespace = pod.metadata.namespace ?? ''
  if (from.fieldRef !== undefined) return rephrase(() => fieldText(pod, from.fieldRef?.fieldPath ?? '', facts))
  if (from.resourceFieldRef !== undefined) {
    const ref = from.resourceFieldRef
    return rephrase(() => resourceText(pod, container.name, ref, node))
  }
  if (from.configMapKeyRef !== undefined) {
    const { name = '', key, optional } = from.configMapKeyRef
    const found = await sources.references.configMap(namespace, name)
    const value = found?.data?.[key]
    if (value !== undefined || optional === true) return value
    throw new EnvError(found === undefined ? `configmap "${name}" not found` : `couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
  }
  if (from.secretKeyRef !== undefined) {
    const { name = '', key, optional } = from.secretKeyRef
    const found = await sources.references.secret(namespace, name)
    const value = found?.data?.[key]
    if (value !== undefined) return decode(value)
    if (optional === true) return undefined
    throw new EnvError(found === undefined ? `secret "${name}" not found` : `couldn't find key ${key} in Secret ${namespace}/${name}`)
  }
  throw new EnvError('valueFrom names none of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef')
}

function rephrase(read: () => string): string {
  try {
    return read()
  } catch (error) {
    throw new EnvError(errorText(error))
  }
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
