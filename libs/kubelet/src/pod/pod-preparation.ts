/** What a pod waits for before its containers: its sandbox, and its volumes. Both are tried until they are there. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import type { Network, PodName, Sandbox } from '../network/network.ts'
import { delay } from '../time.ts'
import { VolumeError } from '../volume/payload.ts'
import type { PodVolumes } from '../volume/pod-volumes.ts'

/** Tells of a failed attempt. */
export type TellFailure = (reason: 'FailedCreatePodSandBox' | 'FailedMount', message: string) => void

const sandboxEveryMs = 1_000
const firstMountMs = 250
const mountAtLeastEveryMs = 2_000
/** The kubelet's longest back-off between two attempts to mount. ms. */
const mostMountMs = 122_000

/** What is said of a sandbox that cannot be made. */
export const sandboxFailure = (error: unknown): string => `Failed to create pod sandbox: ${errorText(error)}`

/** A sandbox that cannot be made (no process, no memory) is tried again: the machine may have some later. Rejects when stopped meanwhile. */
export async function openSandbox(
  network: Network,
  name: PodName,
  pod: () => k8s.Pod,
  tell: TellFailure,
  stopping: AbortSignal
): Promise<Sandbox> {
  for (;;) {
    try {
      return await network.open(name, pod())
    } catch (error) {
      if (stopping.aborted) throw error
      tell('FailedCreatePodSandBox', sandboxFailure(error))
      await delay(sandboxEveryMs, stopping)
    }
  }
}

/** Volumes are tried until their sources are there; the pod waits meanwhile, as on a cluster. False when stopped. */
export async function setUpVolumes(volumes: PodVolumes, tell: TellFailure, stopping: AbortSignal): Promise<boolean> {
  let toldAt = 0
  for (let waitMs = firstMountMs; !stopping.aborted; waitMs = Math.min(waitMs * 2, mostMountMs)) {
    try {
      await volumes.setUp()
      return true
    } catch (error) {
      // Tried often, for the source may come any moment; told with the kubelet's back-off, twice as long each time.
      if (performance.now() >= toldAt) {
        tell('FailedMount', error instanceof VolumeError ? error.message : `MountVolume.SetUp failed: ${errorText(error)}`)
        toldAt = performance.now() + 2 * waitMs
      }
      await delay(Math.min(waitMs, mountAtLeastEveryMs), stopping)
    }
  }
  return false
}
