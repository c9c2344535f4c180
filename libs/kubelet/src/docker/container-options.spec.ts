import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerStart } from '../runtime/container-runtime.ts'
import { containerOptions } from './container-options.ts'

const options = (container: Partial<k8s.Container>, { user = '', pod = {} }: { user?: string; pod?: k8s.PodSecurityContext } = {}) => {
  const spec = { name: 'a', ...container }
  const image = { imageId: 'id', config: { entrypoint: [], cmd: [], env: {}, workingDir: '', user, stopSignal: 'SIGTERM' }, locator: 'box' }
  const start: Pick<ContainerStart, 'pod' | 'container' | 'attempt' | 'argv' | 'env' | 'workingDirectory' | 'binds'> = {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'n', uid: 'u' },
      spec: { containers: [spec], securityContext: pod }
    },
    container: spec,
    attempt: 0,
    argv: ['run'],
    env: {},
    workingDirectory: '',
    binds: []
  }
  return containerOptions({ ...start, image } as unknown as ContainerStart, 'holder', [])
}

describe('a container of a Docker engine', () => {
  it.each([
    ['nothing', {}, { CpuShares: 2 }],
    ['a share of a processor', { requests: { cpu: '250m' } }, { CpuShares: 256 }],
    ['a part of a thousandth, which is the next whole one', { limits: { cpu: '1500u' } }, { NanoCpus: 2_000_000, CpuShares: 2 }],
    ['a limit, which is the request too', { limits: { cpu: '1.5' } }, { NanoCpus: 1_500_000_000, CpuShares: 1536 }],
    ['memory, and no swap', { limits: { memory: '24Mi' } }, { Memory: 25_165_824, MemorySwap: 25_165_824, CpuShares: 2 }]
  ] as [string, k8s.ResourceRequirements, object][])('that wants %s gets it in the engine’s words', (_, resources, expected) => {
    const { Memory, MemorySwap, NanoCpus, CpuShares } = options({ resources }).HostConfig ?? {}
    expect({ Memory, MemorySwap, NanoCpus, CpuShares }).toEqual(expected)
  })

  it.each([
    ['the image’s root', '', {}, {}, 'container has runAsNonRoot and image will run as root'],
    ['the image’s root by number', '0:5', {}, {}, 'container has runAsNonRoot and image will run as root'],
    ['a name', 'app', {}, {}, 'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root'],
    ['root as asked', '5', { runAsUser: 0 }, {}, "container's runAsUser breaks non-root policy"],
    ['root as asked of the pod', '5', {}, { runAsUser: 0 }, "container's runAsUser breaks non-root policy"]
  ])('that must not be root waits when it would be %s', (_, user, own, pod, problem) => {
    const message = `${problem} (pod: "p_n(u)", container: a)`
    expect(() => options({ securityContext: own }, { user, pod: { runAsNonRoot: true, ...pod } })).toThrow(
      expect.objectContaining({ reason: 'CreateContainerConfigError', message })
    )
  })

  it.each([
    ['another user of the image', '5:6', {}, { runAsNonRoot: true }, '5:6'],
    ['another user as asked', '', { runAsUser: 7 }, { runAsNonRoot: true }, '7'],
    ['root, when the container takes the pod’s promise back', '', { runAsNonRoot: false }, { runAsNonRoot: true }, ''],
    ['a group beside the user of the image', 'app:1', { runAsGroup: 9 }, {}, 'app:9']
  ])('is %s', (_, user, own, pod, expected) => {
    expect(options({ securityContext: own }, { user, pod }).User).toBe(expected)
  })
})
