/** `npm run e2e` on what somebody names: journeys on a standalone that runs already, and what is said of an installation that is none. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../rig/embedded-cluster.ts'
import { root, startStandalone, temporaryDirectory, type StandaloneProcess } from '../rig/standalone-process.ts'

let standalone: StandaloneProcess
let directory: string
let discard: () => Promise<void>

beforeAll(async () => {
  ;({ path: directory, discard } = await temporaryDirectory())
  standalone = await startStandalone({ args: ['--images', join(root, 'samples'), '--images', join(root, 'e2e/images')] })
}, 270_000)

afterAll(async () => {
  await standalone?.stop()
  await discard?.()
}, 180_000)

async function command(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn(process.execPath, [join(root, 'tools/run/e2e.mjs'), ...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

/** A port of this machine at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

it('plays a suite on it, in a namespace that is gone then, and counts', async () => {
  const report = join(directory, 'report.json')
  const { kubeconfig, gateway } = standalone
  const { code, said } = await command('--kubeconfig', kubeconfig, '--gateway', gateway, '--report', report, 'journeys/refusals')
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining(`Running against Kubernetes v1.34`) })
  const counts = JSON.parse(await readFile(report, 'utf8')) as { readonly passed: number; readonly failed: number }
  expect(counts.failed).toBe(0)
  // One of them: nothing of the suite is left.
  expect(counts.passed).toBeGreaterThan(10)
  expect(said).toContain(`gateway ${gateway}\n`)
  expect(said.trimEnd().split('\n').at(-1)).toBe(`${counts.passed} passed, 0 failed`)
  const { body } = await standalone.client.raw({ method: 'GET', path: '/api/v1/namespaces' })
  expect(body).not.toContain('e2e-refusals')
}, 180_000)

describe('says what is wrong', () => {
  let empty: Cluster
  beforeAll(async () => {
    empty = await startCluster()
  }, 90_000)
  afterAll(() => empty?.close(), 90_000)

  it.each<[what: string, args: () => Promise<readonly string[]>, said: string | RegExp]>([
    ['with half of an installation', async () => ['--kubeconfig', standalone.kubeconfig], '--kubeconfig and --gateway belong together'],
    [
      'with a kubeconfig that is not there',
      async () => ['--kubeconfig', '/nowhere/config', '--gateway', standalone.gateway],
      '--kubeconfig /nowhere/config: there is no such file'
    ],
    [
      'with a file that is no kubeconfig',
      async () => {
        await writeFile(join(directory, 'broken'), 'contexts: 7')
        return ['--kubeconfig', 'broken', '--gateway', standalone.gateway]
      },
      /--kubeconfig .*broken: .+/
    ],
    [
      'with an API server that does not answer',
      async () => {
        const text = await readFile(standalone.kubeconfig, 'utf8')
        await writeFile(join(directory, 'dead'), text.replace(/(server"?: "?https:\/\/[^:"\n]+):\d+/, `$1:${await deadPort()}`))
        return ['--kubeconfig', 'dead', '--gateway', standalone.gateway]
      },
      /the API server of --kubeconfig .*dead does not answer: .*ECONNREFUSED/
    ],
    [
      'with a cluster without Knative',
      async () => ['--kubeconfig', empty.kubeconfig, '--gateway', standalone.gateway],
      'there is no Knative Serving in this cluster: install charts/knative-ts'
    ],
    [
      'with a gateway that does not answer',
      async () => ['--kubeconfig', standalone.kubeconfig, '--gateway', `http://127.0.0.1:${await deadPort()}`],
      /the gateway at http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/
    ],
    ['with a rig that is none', async () => ['--rig', directory], /is no rig: it has no up/],
    ['with an option without its value', async () => ['--rig'], '--rig needs a value']
  ])(
    '%s',
    async (_, args, words) => {
      const { code, said } = await command(...(await args()))
      expect(code).toBeGreaterThan(0)
      expect(said).toMatch(words)
      expect(said).not.toMatch(/\n {4}at /)
    },
    60_000
  )
})
