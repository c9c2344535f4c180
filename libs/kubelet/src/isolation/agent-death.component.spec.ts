import { expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanUp, nodeMarkOf } from '../clean-up.ts'
import { openImageStore } from '../image/store/open-image-store.ts'
import { ociArchive } from '../testing/image-archive.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { rootTree } from '../testing/root-tree.ts'

/** A program that ignores every signal it can, in a container that has left its process group. */
const stubborn = 'trap "" TERM INT HUP; (trap "" TERM; exec sleep 86399) & while :; do sleep 86398; done'

describeNetns.each([['netns']] as const)('when an agent is killed (%s)', (mode) => {
  it('its containers end at once, and the next start finds nothing but files, which it removes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubelet-killed-'))
    const [state, images] = [join(directory, 'state'), join(directory, 'store')]
    writeFileSync(
      join(directory, 'image.tar'),
      ociArchive([{ name: 'example.com/stubborn:1', layers: [rootTree()], config: { Env: ['PATH=/bin'], Cmd: ['sh', '-c', stubborn] } }])
    )
    const opened = openImageStore(images)
    await opened.store.load(join(directory, 'image.tar'))
    opened.close()
    mkdirSync(join(directory, 'images'))
    const fixture = fileURLToPath(new URL('../testing/doomed-agent.fixture.ts', import.meta.url))
    const agent = spawn(process.execPath, [fixture, mode, join(directory, 'images'), state, 'example.com/stubborn:1', images], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    await new Promise<void>((resolve, reject) => {
      agent.stdout.once('data', () => resolve())
      agent.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)))
    })
    await eventually(() => processesWith('sleep\u000086399').length === 1, 'the container to run')
    expect(mountsBelow(directory)).toBeGreaterThan(0)
    const gone = new Promise((resolve) => agent.once('exit', resolve))
    agent.kill('SIGKILL')
    await gone
    await eventually(() => processesWith('sleep\u00008639').length === 0, 'the container to end')
    await eventually(() => mountsBelow(directory) === 0, 'the mounts to go')
    await cleanUp(state)
    expect(existsSync(join(state, 'kubelet'))).toBe(false)
    const mark = nodeMarkOf(join(state, 'kubelet'))
    expect(['memory/', 'pids/', ''].filter((name) => existsSync(`/sys/fs/cgroup/${name}knative-ts/${mark}`))).toEqual([])
    rmSync(directory, { recursive: true })
  }, 90_000)
})

/** Processes of this machine whose command line holds `text`. */
function processesWith(text: string): string[] {
  return pids().filter((pid) => textOf(`/proc/${pid}/cmdline`).includes(text))
}

/** Mounts in any namespace that come from below a directory. */
function mountsBelow(directory: string): number {
  const inNamespaces = new Map(pids().map((pid) => [namespaceOf(pid), pid]))
  return [...inNamespaces.values()].reduce((sum, pid) => sum + textOf(`/proc/${pid}/mountinfo`).split(directory).length - 1, 0)
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

const pids = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
