/** helm installs, upgrades, tests, rolls back and removes a chart on the embedded cluster as on any other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { describeWhere } from '@knative-ts/testing/prerequisites'
import { clusterOfSuite } from '../rig/suite-cluster.ts'
import { helm, helmObstacle, type Ran } from './helm.ts'

const chart = join(import.meta.dirname, 'chart')
const STEP_MS = 200_000

/** The image of the chart's test: ends well when the Service answers as it should. */
const ASKER = `
const { ASK, EXPECT } = process.env
const text = await (await fetch(ASK)).text()
console.log(ASK + ' says ' + text)
process.exit(text === EXPECT ? 0 : 1)
`

describeWhere('helm on the embedded cluster', helmObstacle())('helm', () => {
  const suite = clusterOfSuite({ volumes: true, images: { asker: ASKER } })

  const run = (...words: readonly string[]): Promise<Ran> => helm(suite.cluster.kubeconfig, suite.cluster.directory, ...words)
  const done = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...words)
    if (code !== 0) throw new Error(`helm ${words.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
    return stdout
  }
  const get = async (path: string) => (await suite.client.send({ path })).json as Readonly<Record<string, unknown>> | undefined
  const names = async (path: string): Promise<string[]> =>
    ((await get(path)) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name).sort()
  const history = async () =>
    (JSON.parse(await done('history', 'web', '-o', 'json')) as { revision: number; status: string }[]).map(
      ({ revision, status }) => `${revision} ${status}`
    )
  const logOf = async (pod: string): Promise<string> =>
    (await suite.client.send({ path: `/api/v1/namespaces/default/pods/${pod}/log` })).text.trim()
  const greeting = async () => ((await get('/apis/helm.example.com/v1/namespaces/default/greetings/web')) as { spec: object }).spec

  it(
    'installs, and waits until everything is ready',
    async () => {
      expect(await done('install', 'web', chart, '--wait', '--timeout', '45s')).toContain('web says hello.')
      expect(await get('/apis/apps/v1/namespaces/default/deployments/web')).toMatchObject({ status: { availableReplicas: 2 } })
      expect(await get('/apis/apps/v1/namespaces/default/statefulsets/web-store')).toMatchObject({ status: { readyReplicas: 1 } })
      expect(await get('/api/v1/namespaces/default/persistentvolumeclaims/data-web-store-0')).toMatchObject({
        spec: { storageClassName: 'standard' },
        status: { phase: 'Bound', capacity: { storage: '1Mi' } }
      })
      expect(await get('/apis/batch/v1/namespaces/default/jobs/web-after')).toMatchObject({ status: { succeeded: 1 } })
      expect(await greeting()).toEqual({ text: 'hello' })
      expect(await history()).toEqual(['1 deployed'])
    },
    STEP_MS
  )

  it(
    'runs the test of the chart through its Service',
    async () => {
      expect(await done('test', 'web', '--timeout', '30s')).toContain('Phase:          Succeeded')
      expect(await logOf('web-answers')).toBe('http://web.default.svc.cluster.local:8000/ says hello')
    },
    STEP_MS
  )

  it(
    'upgrades',
    async () => {
      await done('upgrade', 'web', chart, '--set', 'greeting=salut', '--wait', '--timeout', '45s')
      expect(await history()).toEqual(['1 superseded', '2 deployed'])
      expect(await greeting()).toEqual({ text: 'salut' })
      await done('test', 'web', '--timeout', '30s')
      expect(await logOf('web-answers')).toContain('says salut')
    },
    STEP_MS
  )

  it(
    'undoes an upgrade that does not become ready',
    async () => {
      const { code, stderr } = await run('upgrade', 'web', chart, '--set', 'image=dev.local/nobody', '--atomic', '--timeout', '8s')
      expect(code).toBe(1)
      expect(stderr).toContain('release web failed, and has been rolled back due to atomic being set')
      expect(await history()).toEqual(['1 superseded', '2 superseded', '3 failed', '4 deployed'])
      expect(await get('/apis/apps/v1/namespaces/default/deployments/web')).toMatchObject({
        spec: { template: { spec: { containers: [{ image: 'dev.local/greeter' }] } } },
        status: { availableReplicas: 2 }
      })
    },
    STEP_MS
  )

  it(
    'rolls back',
    async () => {
      await done('rollback', 'web', '1', '--wait', '--timeout', '45s')
      expect((await history()).at(-1)).toBe('5 deployed')
      expect(await greeting()).toEqual({ text: 'hello' })
      await done('test', 'web', '--timeout', '30s')
      expect(await logOf('web-answers')).toContain('says hello')
    },
    STEP_MS
  )

  it(
    'removes what it made; the claim and its data stay, as anywhere',
    async () => {
      await done('uninstall', 'web', '--wait', '--timeout', '45s')
      expect(await names('/apis/apps/v1/namespaces/default/deployments')).toEqual([])
      expect(await names('/apis/apps/v1/namespaces/default/statefulsets')).toEqual([])
      expect(await names('/apis/helm.example.com/v1/namespaces/default/greetings')).toEqual([])
      expect(await names('/api/v1/namespaces/default/persistentvolumeclaims')).toEqual(['data-web-store-0'])
      const volumes = join(suite.cluster.directory, 'volumes')
      const [directory = ''] = readdirSync(volumes)
      // One start when it was installed; the upgrade that failed never got that far.
      expect(
        readFileSync(join(volumes, directory, 'starts'), 'utf8')
          .trim()
          .split('\n').length
      ).toBeGreaterThan(0)
      expect((await run('status', 'web')).stderr).toContain('release: not found')
    },
    STEP_MS
  )
})
