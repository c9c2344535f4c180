/** Containers with a root filesystem, for specs. */
import { afterAll, beforeAll } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openImageStore } from '../image/store/open-image-store.ts'
import { agentUnderTest, type AgentUnderTest } from '../testing/agent-under-test.ts'
import { ociArchive } from '../testing/image-archive.ts'
import { rootTree } from '../testing/root-tree.ts'

export type Spec = Partial<k8s.Container>

/** A container that has ended. */
export interface Ended extends k8s.ContainerStateTerminated {
  /** What it wrote, without the spaces around it. */
  readonly output: string
  readonly pod: k8s.Pod
}

/** Pods of the images `example.com/box:1` (runs as root) and `example.com/user:1` (as `app`). */
export interface BoxesOfSuite {
  readonly agent: AgentUnderTest
  /** A name that no pod of the suite has. */
  named(what: string): string
  /** Runs a script to its end. */
  run(script: string, container?: Spec, pod?: Partial<k8s.PodSpec>): Promise<Ended>
  /** Waits until the container is refused; gives the reason and message. */
  refusal(container: Spec, pod?: Partial<k8s.PodSpec>): Promise<k8s.ContainerStateWaiting | undefined>
}

/** Starts a node agent for the suite. */
export function boxesOfSuite(mode: 'netns' | 'loopback'): BoxesOfSuite {
  let agent: AgentUnderTest
  let serial = 0
  const named = (what: string): string => `${what}-${++serial}`

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    const archive = join(agent.directory, 'box.tar')
    const layers = [
      rootTree(),
      [
        { path: 'app/', type: '5' as const },
        { path: 'app/hello', content: 'from the image\n', uid: 1001 }
      ]
    ]
    const config = { Env: ['PATH=/usr/bin:/bin', 'GREETING=hi'], Entrypoint: ['sh', '-c'], Cmd: ['cat hello'], WorkingDir: '/app' }
    const images = [
      { name: 'example.com/box:1', layers, config },
      { name: 'example.com/user:1', layers, config: { ...config, User: 'app' } }
    ]
    writeFileSync(archive, ociArchive(images))
    const { store, close } = openImageStore(join(agent.directory, 'store'))
    await store.load(archive)
    close()
  }, 60_000)
  afterAll(() => agent.stop())

  const run = async (script: string, container: Spec = {}, pod: Partial<k8s.PodSpec> = {}) => {
    const name = named('run')
    const args = script === '' ? {} : { args: [script] }
    await agent.run(name, {
      ...pod,
      restartPolicy: 'Never',
      containers: [{ name: 'a', image: 'example.com/box:1', ...args, ...container }]
    })
    const ended = await agent.when(name, 'the end', ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined)
    const terminated = ended.status?.containerStatuses?.[0]?.state?.terminated as k8s.ContainerStateTerminated
    const chunks: Uint8Array[] = []
    for await (const chunk of agent.kubelet.podStreams.logs('default', name, 'a', {})) chunks.push(chunk)
    return { ...terminated, output: Buffer.concat(chunks).toString().trim(), pod: ended }
  }

  const refusal = async (container: Spec, pod: Partial<k8s.PodSpec> = {}) => {
    const name = named('refused')
    await agent.run(name, { ...pod, containers: [{ name: 'a', image: 'example.com/box:1', ...container }] })
    const seen = await agent.when(name, 'the refusal', ({ status }) =>
      /^(Create|Sysctl)/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')
    )
    return seen.status?.containerStatuses?.[0]?.state?.waiting
  }

  return {
    get agent() {
      return agent
    },
    named,
    run,
    refusal
  }
}
