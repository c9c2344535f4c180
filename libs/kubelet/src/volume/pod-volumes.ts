/** The volumes of one pod: directories on the host, kept as their sources change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expand } from '../env/expand.ts'
import { giveToGroup } from '../isolation/fs-group.ts'
import type { Bind } from '../process/mount-plan.ts'
import { type Payload, writePayload } from './atomic-writer.ts'
import { isFile, makeHostPath } from './host-path.ts'
import { claimedSource, claimNameOf } from './claimed-volume.ts'
import { payloadOf, VolumeError, type VolumeSources } from './payload.ts'

const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Where a pod's volumes are. */
export interface VolumePlaces {
  /** The pod's own directory. */
  readonly directory: string
  /** A directory of the pod's own in memory. */
  readonly memoryDirectory: string
  /** What every container sees at the service account's path. */
  readonly serviceAccountDirectory: string
  readonly caPem: string
}

export class PodVolumes {
  readonly #places: VolumePlaces
  #sources: VolumeSources
  /** Where the claims of the pod lead, by volume name. */
  readonly #claimed = new Map<string, string>()

  constructor(places: VolumePlaces, sources: VolumeSources) {
    this.#places = places
    this.#sources = sources
  }

  /** Makes all volumes. Rejects with {@link VolumeError} naming the volume. */
  async setUp(): Promise<void> {
    const { spec } = this.#sources.pod
    await Promise.all([...(spec?.volumes ?? []).map((volume) => this.#make(volume)), this.#makeServiceAccount()])
  }

  /** Writes again what has changed; new tokens too. The pod may have been changed (labels, annotations). */
  async refresh(pod: k8s.Pod): Promise<void> {
    this.#sources = { ...this.#sources, pod }
    await this.setUp()
  }

  /** True when the object is a source of one of the volumes. */
  uses(kind: 'ConfigMap' | 'Secret', name: string): boolean {
    return (this.#sources.pod.spec?.volumes ?? []).some((volume) => {
      const all = [volume, ...(volume.projected?.sources ?? [])]
      return all.some((each) =>
        kind === 'ConfigMap'
          ? each.configMap?.name === name
          : ((each.secret as k8s.SecretVolumeSource)?.secretName ?? (each.secret as k8s.SecretProjection)?.name) === name
      )
    })
  }

  /** When tokens must be made anew: at 80 % of the shortest life, as the kubelet does. ms; undefined without tokens. */
  get refreshAfterMs(): number | undefined {
    const lives = (this.#sources.pod.spec?.volumes ?? [])
      .flatMap((volume) => volume.projected?.sources ?? [])
      .flatMap(({ serviceAccountToken }) => (serviceAccountToken === undefined ? [] : [serviceAccountToken.expirationSeconds ?? 3_600]))
    if (this.#wantsServiceAccount()) lives.push(3_600)
    return lives.length === 0 ? undefined : Math.min(...lives) * 800
  }

  /** What one container sees where. The service account's path is left out: the sandbox shows it already. Throws {@link VolumeError}. */
  bindsOf(container: k8s.Container, env: Readonly<Record<string, string>>): Bind[] {
    const binds: Bind[] = []
    for (const mount of container.volumeMounts ?? []) {
      const volume = this.#sources.pod.spec?.volumes?.find(({ name }) => name === mount.name)
      if (volume === undefined) throw new VolumeError(`volumeMounts names volume "${mount.name}", which the pod does not have`)
      if (this.#isServiceAccount(volume)) continue
      const subPath = mount.subPath ?? (mount.subPathExpr === undefined ? '' : expand(mount.subPathExpr, (name) => env[name]))
      if (subPath.split('/').includes('..')) throw new VolumeError(`subPath "${subPath}" of volume "${mount.name}" must not contain ".."`)
      const source = join(this.#directoryOf(volume), subPath)
      const isClaim = claimNameOf(this.#sources.pod, volume) !== undefined
      const projected = volume.emptyDir === undefined && volume.hostPath === undefined && !isClaim
      if (!existsSync(source)) {
        if (projected) throw new VolumeError(`failed to prepare subPath for volumeMount "${mount.name}": "${subPath}" does not exist`)
        mkdirSync(source, { recursive: true })
      }
      const kind = isFile(source) ? 'file' : 'directory'
      binds.push({
        source,
        target: mount.mountPath,
        kind,
        readOnly: mount.readOnly === true || projected || volume.persistentVolumeClaim?.readOnly === true,
        ...(subPath === '' ? {} : { within: this.#directoryOf(volume) })
      })
    }
    return binds
  }

  async #make(volume: k8s.Volume): Promise<void> {
    try {
      const claim = claimNameOf(this.#sources.pod, volume)
      if (claim !== undefined) return await this.#follow(volume, claim)
      const directory = this.#directoryOf(volume)
      const payload = await payloadOf(volume, this.#sources)
      if (payload !== undefined) {
        mkdirSync(directory, { recursive: true })
        if (writePayload(directory, payload)) this.#giveToGroup(directory, true)
      } else if (volume.emptyDir !== undefined) {
        if (makeEmpty(directory)) this.#giveToGroup(directory)
      } else if (volume.hostPath !== undefined) makeHostPath(volume.hostPath)
      else {
        const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'
        throw new VolumeError(
          `volumes of kind ${kind} need a cluster: this node has configMap, secret, emptyDir, projected, downwardAPI, hostPath and persistentVolumeClaim`
        )
      }
    } catch (error) {
      if (error instanceof VolumeError) throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`)
      throw error
    }
  }

  async #follow(volume: k8s.Volume, claim: string): Promise<void> {
    const source = await claimedSource(this.#sources.pod, claim, this.#sources.references.storage)
    makeHostPath(source)
    this.#claimed.set(volume.name, source.path)
  }

  /** As fsGroup asks; what nobody writes into is the group's to read. Who is not root cannot give files away, and runs the pod as the user that they belong to. */
  #giveToGroup(directory: string, readOnly = false): void {
    const { fsGroup, fsGroupChangePolicy } = this.#sources.pod.spec?.securityContext ?? {}
    if (fsGroup === undefined || process.getuid?.() !== 0) return
    giveToGroup(directory, fsGroup, fsGroupChangePolicy === 'OnRootMismatch' ? 'OnRootMismatch' : 'Always', readOnly)
  }

  #directoryOf(volume: k8s.Volume): string {
    const claimed = this.#claimed.get(volume.name)
    if (claimed !== undefined) return claimed
    if (volume.hostPath !== undefined) return volume.hostPath.path
    if (volume.emptyDir?.medium === 'Memory') return join(this.#places.memoryDirectory, volume.name)
    return this.#isServiceAccount(volume) ? this.#places.serviceAccountDirectory : join(this.#places.directory, 'volumes', volume.name)
  }

  /** The token volume that admission gave the pod is written where the sandbox already shows it. */
  #isServiceAccount(volume: k8s.Volume): boolean {
    const { spec } = this.#sources.pod
    return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some((container) =>
      (container.volumeMounts ?? []).some(
        ({ name, mountPath }) => name === volume.name && posix.normalize(mountPath).replace(/\/$/, '') === serviceAccountPath
      )
    )
  }

  /** Where no admission gives pods their token volume, the node does: the same three files. */
  #wantsServiceAccount(): boolean {
    const { spec } = this.#sources.pod
    return spec?.automountServiceAccountToken !== false && !(spec?.volumes ?? []).some((volume) => this.#isServiceAccount(volume))
  }

  async #makeServiceAccount(): Promise<void> {
    if (!this.#wantsServiceAccount()) return
    const { pod, issueToken } = this.#sources
    const { namespace = '', name = '', uid = '' } = pod.metadata
    const token = await issueToken({ namespace, name, uid }, pod.spec?.serviceAccountName ?? 'default', undefined, 3_600)
    const file = (text: string): { content: Buffer; mode: number } => ({ content: Buffer.from(text), mode: 0o644 })
    const payload: Payload = new Map([
      ['token', file(token)],
      ['ca.crt', file(this.#places.caPem)],
      ['namespace', file(namespace)]
    ])
    mkdirSync(this.#places.serviceAccountDirectory, { recursive: true })
    writePayload(this.#places.serviceAccountDirectory, payload)
  }
}

/** Anybody in the pod may write there, whatever this process's umask is. False when it was there already. */
function makeEmpty(directory: string): boolean {
  if (existsSync(directory)) return false
  mkdirSync(directory, { recursive: true })
  chmodSync(directory, 0o777)
  return true
}
