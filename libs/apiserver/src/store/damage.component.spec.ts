/** A server on a real disk of which one bit decayed: it does not start, and says where. */
import { expect, it } from '@jest/globals'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '../test-server.ts'

it('names the file and the byte, and starts again when the byte is as it was', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'decayed-'))
  try {
    const first = await startTestServer({ dataDirectory })
    const object = { metadata: { name: 'last' }, data: { text: 'the last write' } }
    expect((await first.ask('POST', '/api/v1/namespaces/default/configmaps', object)).status).toBe(201)
    await first.close()
    const store = join(dataDirectory, 'store')
    const log = join(store, (await readdir(store)).find((name) => name.endsWith('.log')) ?? '')
    const bytes = await readFile(log)
    for (const at of [7, Math.floor(bytes.length / 2), bytes.lastIndexOf('last write')]) {
      const decayed = Buffer.from(bytes)
      decayed[at] = (decayed[at] ?? 0) ^ 0b10000
      await writeFile(log, decayed)
      await expect(startTestServer({ dataDirectory })).rejects.toThrow(
        `${log} is damaged at byte ${at}: restore the data directory from a backup, or start with another one`
      )
      expect(await readFile(log)).toEqual(decayed)
    }
    await writeFile(log, bytes)
    const again = await startTestServer({ dataDirectory })
    expect((await again.ask('GET', '/api/v1/namespaces/default/configmaps/last')).json.data).toEqual(object.data)
    await again.close()
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
}, 60_000)
