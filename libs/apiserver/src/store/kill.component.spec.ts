/** A real process on a real disk, killed without warning while it writes. */
import { expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore } from './open-store.ts'

const writer = `
  import { openStore } from ${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)}
  const store = await openStore({ directory: process.argv[1], snapshotEvery: 50, onFatal: (error) => { throw error } })
  const one = async (worker) => {
    for (;;) {
      const name = 'w' + worker
      const written = await store.write({ resource: '/configmaps', namespace: 'n', name }, (current) => ({
        kind: 'put',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, count: (current?.object.count ?? 0) + 1 }
      }))
      process.stdout.write(name + ' ' + written.object.count + ' ' + written.revision + '\\n')
    }
  }
  for (let worker = 0; worker < 8; worker++) void one(worker)
`

it('survives kill -9 ten times with every acknowledged count', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kill-'))
  const counts = new Map<string, number>()
  let highest = 0
  const refusals: unknown[] = []
  try {
    for (let round = 0; round < 10; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      let lines = 0
      for await (const line of createInterface(child.stdout)) {
        const [name = '', count, revision] = line.split(' ')
        // A line cut by the kill tells nothing.
        if (revision === undefined || !line.endsWith(revision)) continue
        counts.set(name, Math.max(counts.get(name) ?? 0, Number(count)))
        highest = Math.max(highest, Number(revision))
        if (++lines === 100 + round * 37) {
          refusals.push(await openStore({ directory, onFatal: console.error }).catch((error: Error) => error.message))
          child.kill('SIGKILL')
        }
      }
      await exited
      expect(lines).toBeGreaterThanOrEqual(100)
      const store = await openStore({ directory, onFatal: console.error })
      expect(store.revision()).toBeGreaterThanOrEqual(highest)
      for (const [name, count] of counts) {
        const kept = store.get({ resource: '/configmaps', namespace: 'n', name })?.object as unknown as { count: number }
        expect(kept.count).toBeGreaterThanOrEqual(count)
      }
      await store.close()
    }
    expect(counts.size).toBe(8)
    expect(refusals).toEqual(Array.from({ length: 10 }, () => expect.stringMatching(/is in use by process \d+/)))
  } finally {
    await rm(directory, { recursive: true })
  }
})
