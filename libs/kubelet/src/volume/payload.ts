/** The files of a volume from the objects that it projects. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import type { References } from '../env/container-env.ts'
import { type Allocatable, fieldText, type PodFacts, resourceText } from '../env/field-ref.ts'
import type { Payload } from './atomic-writer.ts'

/** Makes a token for a pod's service account. `audience` is undefined for the API server's own. */
export type IssueToken = (
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  serviceAccount: string,
  audience: string | undefined,
  expirationSeconds: number
) => Promise<string>

/** What volumes are made from. */
export interface VolumeSources {
  readonly pod: k8s.Pod
  readonly facts: PodFacts
  readonly node: Allocatable
  readonly references: References
  readonly issueToken: IssueToken
}

/** A volume cannot be set up: event FailedMount, and the pod waits. Messages are the kubelet's. */
export class VolumeError extends Error {}

type Files = Map<string, { content: Buffer; mode: number }>
interface Keyed {
  readonly items: readonly k8s.KeyToPath[] | undefined
  readonly optional: boolean
}

/** Files of a configMap, secret, downwardAPI or projected volume; undefined for any other kind. Rejects with {@link VolumeError}. */
export async function payloadOf(volume: k8s.Volume, sources: VolumeSources): Promise<Payload | undefined> {
  const files: Files = new Map()
  if (volume.configMap !== undefined) {
    const { name = '', items, optional = false, defaultMode = 0o644 } = volume.configMap
    await addConfigMap(files, name, { items, optional }, defaultMode, sources)
  } else if (volume.secret !== undefined) {
    const { secretName = '', items, optional = false, defaultMode = 0o644 } = volume.secret
    await addSecret(files, secretName, { items, optional }, defaultMode, sources)
  } else if (volume.downwardAPI !== undefined) {
    addDownward(files, volume.downwardAPI.items ?? [], volume.downwardAPI.defaultMode ?? 0o644, sources)
  } else if (volume.projected !== undefined) {
    const mode = volume.projected.defaultMode ?? 0o644
    for (const source of volume.projected.sources ?? []) await addProjection(files, source, mode, sources)
  } else return undefined
  return files
}

async function addProjection(files: Files, source: k8s.VolumeProjection, mode: number, sources: VolumeSources): Promise<void> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source
  if (configMap !== undefined)
    await addConfigMap(files, configMap.name ?? '', { items: configMap.items, optional: configMap.optional ?? false }, mode, sources)
  else if (secret !== undefined)
    await addSecret(files, secret.name ?? '', { items: secret.items, optional: secret.optional ?? false }, mode, sources)
  else if (downwardAPI !== undefined) addDownward(files, downwardAPI.items ?? [], mode, sources)
  else if (serviceAccountToken !== undefined) {
    const { metadata, spec } = sources.pod
    const pod = { namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' }
    const { audience, expirationSeconds = 3_600, path } = serviceAccountToken
    const token = await sources.issueToken(
      pod,
      spec?.serviceAccountName ?? 'default',
      audience === '' ? undefined : audience,
      expirationSeconds
    )
    add(files, path, Buffer.from(token), 0o600 | (mode & 0o044))
  } else throw new VolumeError('a projected volume has a source that this node does not know')
}

async function addConfigMap(files: Files, name: string, keyed: Keyed, mode: number, { pod, references }: VolumeSources): Promise<void> {
  const found = await references.configMap(pod.metadata.namespace ?? '', name)
  if (found === undefined && !keyed.optional) throw new VolumeError(`configmap "${name}" not found`)
  const text = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const)
  const binary = Object.entries(found?.binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const)
  addKeys(files, new Map([...text, ...binary]), keyed, mode)
}

async function addSecret(files: Files, name: string, keyed: Keyed, mode: number, { pod, references }: VolumeSources): Promise<void> {
  const found = await references.secret(pod.metadata.namespace ?? '', name)
  if (found === undefined && !keyed.optional) throw new VolumeError(`secret "${name}" not found`)
  const entries = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const)
  addKeys(files, new Map(entries), keyed, mode)
}

function addKeys(files: Files, values: ReadonlyMap<string, Buffer>, { items, optional }: Keyed, mode: number): void {
  if (items === undefined || items.length === 0) for (const [key, content] of values) add(files, key, content, mode)
  for (const item of items ?? []) {
    const content = values.get(item.key)
    if (content !== undefined) add(files, item.path, content, item.mode ?? mode)
    else if (!optional) throw new VolumeError(`references non-existent config key: ${item.key}`)
  }
}

function addDownward(files: Files, items: readonly k8s.DownwardAPIVolumeFile[], mode: number, { pod, facts, node }: VolumeSources): void {
  for (const item of items) {
    try {
      const text =
        item.fieldRef === undefined
          ? resourceText(pod, '', item.resourceFieldRef ?? { resource: '' }, node)
          : fieldText(pod, item.fieldRef.fieldPath, facts)
      add(files, item.path, Buffer.from(text), item.mode ?? mode)
    } catch (error) {
      throw new VolumeError(errorText(error))
    }
  }
}

function add(files: Files, path: string, content: Buffer, mode: number): void {
  if (path === '' || path.startsWith('/') || path.split('/').some((part) => part === '..')) {
    throw new VolumeError(`path "${path}" must be relative and must not contain ".."`)
  }
  files.set(path, { content, mode })
}
