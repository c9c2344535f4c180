import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { eventually, keptLog } from '@knative-ts/testing'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openImageStore } from '../image/store/open-image-store.ts'
import { StoredImages, rootOf } from '../image/stored-images.ts'
import type { LocalImage } from '../image/local-image.ts'
import type { Sandbox } from '../network/network.ts'
import { openNetwork, type OpenNetwork } from '../network/open-network.ts'
import { openCgroups, removeEmptyGroups } from '../process/cgroups.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { ociArchive } from '../testing/image-archive.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { rootTree } from '../testing/root-tree.ts'
import { imagesInUse } from './images-in-use.ts'
import { IsolatedRuntime } from './isolated-runtime.ts'
import type { Launcher } from './launcher/launcher.ts'

const agentName = `test-${process.pid}`
const pod: k8s.Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'web', uid: 'uid' },
  spec: { containers: [] }
}

describeNetns.each([
  ['an overlay', true],
  ['copies', false]
] as const)('the runtime of root filesystems, by %s', (_, overlay) => {
  let directory: string
  let opened: OpenNetwork
  let sandbox: Sandbox
  let image: LocalImage
  let runtime: IsolatedRuntime
  let attempt = 0
  const inUse = imagesInUse()

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'isolated-'))
    const images = openImageStore(join(directory, 'store'))
    writeFileSync(
      join(directory, 'image.tar'),
      ociArchive([
        {
          name: 'example.com/layers:1',
          layers: [rootTree(), [{ path: 'etc/.wh.group' }, { path: 'added', content: 'added' }]],
          config: { Env: ['PATH=/bin'], StopSignal: 'SIGQUIT' }
        }
      ])
    )
    await images.store.load(join(directory, 'image.tar'))
    opened = await openNetwork({ mode: 'netns', stateDirectory: directory, log: keptLog(), poolSize: 0 })
    runtime = new IsolatedRuntime({
      launcher: opened.launcher as Launcher,
      ledger: opened.ledger,
      cgroups: openCgroups(agentName),
      nodeMark: 'isolated-runtime',
      memoryBytes: 2 ** 30,
      rootOf: (locator) => rootOf(images.store, locator),
      inUse,
      overlay
    })
    const found = await new StoredImages(images.store, runtime).find(
      { registry: 'example.com', path: 'layers', tag: '1', digest: undefined },
      'example.com/layers:1'
    )
    image = found as LocalImage
    sandbox = await opened.network.open({ namespace: 'default', name: 'web', uid: 'uid' }, pod)
    images.close()
  }, 60_000)
  afterAll(async () => {
    await sandbox.close()
    await opened.network.close()
    removeEmptyGroups(agentName)
    rmSync(directory, { recursive: true })
  })

  const start = async (script: string, container: Partial<k8s.Container> = {}): Promise<RunningContainer & { output: () => string }> => {
    const file = join(directory, `output-${attempt}`)
    const output = openSync(file, 'a+')
    const running = await runtime.start({
      pod,
      container: { name: 'a', ...container },
      attempt: attempt++,
      image,
      sandbox,
      argv: ['sh', '-c', script],
      env: { ...runtime.baseEnv(pod), ...image.config.env },
      workingDirectory: '',
      binds: [],
      output: { stdout: output, stderr: output },
      inherited: [],
      directory
    })
    void running.exited.then(() => closeSync(output))
    return { ...running, output: () => readFileSync(file, 'utf8') }
  }

  it('shows the layers as one, lets them be written, and forgets what was written', async () => {
    const script = 'cat /added; ls /etc/group; [ -e /mark ] && echo seen; echo x > /mark && cat /mark'
    for (let round = 0; round < 2; round++) {
      const running = await start(script)
      expect(await running.exited).toEqual({ exitCode: 0, signal: undefined, outOfMemory: false })
      expect(running.output()).toMatch(/^addedls: .*\/etc\/group.*: No such file or directory\nx\n$/)
    }
  })

  it('asks a program to end by the signal of its image', async () => {
    const running = await start('trap "echo quit; exit 9" QUIT; echo ready; while :; do sleep 0.01; done')
    await eventually(() => running.output().includes('ready'), 'the trap')
    expect([...inUse.all()]).toEqual([image.locator])
    running.signal('SIGTERM')
    expect(await running.exited).toMatchObject({ exitCode: 9 })
    expect(running.output()).toContain('quit')
    expect(inUse.all().size).toBe(0)
  })

  it('counts what a container uses', async () => {
    const running = await start('while :; do :; done')
    await eventually(async () => ((await running.usage())?.cpuNanoSeconds ?? 0) > 5_000_000, 'processor time')
    expect((await running.usage())?.memoryBytes).toBeGreaterThan(0)
    running.signal('SIGKILL')
    expect(await running.exited).toMatchObject({ exitCode: 137, signal: 9 })
  })

  it('gives input to programs that want it, and its end', async () => {
    const running = await start('while read line; do echo "<$line>"; done; echo end', { stdin: true })
    running.stdin?.write('one\ntwo\n')
    running.stdin?.end()
    expect((await running.exited).exitCode).toBe(0)
    expect(running.output()).toBe('<one>\n<two>\nend\n')
  })

  it('gives a terminal to programs that want one', async () => {
    const running = await start(
      'test -t 0 && test -t 1 && echo terminal; stty size; read line; while [ "$(stty size)" = "24 80" ]; do sleep 0.01; done; stty size; echo "got $line"',
      {
        stdin: true,
        tty: true
      }
    )
    await eventually(() => running.output().includes('24 80'), 'the size')
    running.resize(120, 50)
    running.stdin?.write('typed\n')
    expect((await running.exited).exitCode).toBe(0)
    await eventually(() => running.output().includes('got typed'), 'the last output')
    expect(running.output()).toContain('terminal\r\n')
    expect(running.output()).toContain('50 120\r\n')
  })
})
