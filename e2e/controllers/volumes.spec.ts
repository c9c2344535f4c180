/** Claims on local directories: made for a StatefulSet, kept over its pods, gone with the claim. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { clusterOfSuite } from '../rig/suite-cluster.ts'
import { until } from '../rig/until.ts'

const STEP_MS = 90_000
const LONG_MS = 180_000
const NAMESPACE = '/api/v1/namespaces/default'

const suite = clusterOfSuite({ volumes: true })

const send = (method: string, path: string, object?: object) =>
  suite.client.send({
    method,
    path,
    ...(object === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) })
  })
const get = async (path: string) =>
  (await send('GET', path)).json as { metadata: { uid: string }; status?: Readonly<Record<string, unknown>> }

it(
  'a stateful pod finds its data again, and the claim takes the data with it',
  async () => {
    const script = 'echo $HOSTNAME >> /data/starts; exec sleep 600'
    const container = {
      name: 'main',
      image: 'dev.local/greeter',
      command: ['sh', '-c', script],
      volumeMounts: [{ name: 'data', mountPath: '/data' }]
    }
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } }
    await send('POST', '/apis/apps/v1/namespaces/default/statefulsets', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
        volumeClaimTemplates: [claim],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' }
      }
    })
    const directory = join(suite.cluster.directory, 'volumes')
    const starts = () => {
      const [volume] = existsSync(directory) ? readdirSync(directory) : []
      const file = join(directory, volume ?? '', 'starts')
      return volume !== undefined && existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : []
    }
    await until('the first start', async () => starts().length === 1, STEP_MS)
    expect(await get(`${NAMESPACE}/persistentvolumeclaims/data-db-0`)).toMatchObject({ status: { phase: 'Bound' } })
    await send('DELETE', `${NAMESPACE}/pods/db-0`)
    await until('the second start', async () => starts().length === 2, STEP_MS)
    expect(starts()).toEqual(['db-0', 'db-0'])
    await send('DELETE', '/apis/apps/v1/namespaces/default/statefulsets/db')
    await until('the end of the directory', async () => readdirSync(directory).length === 0, STEP_MS)
    expect((await send('GET', `${NAMESPACE}/persistentvolumeclaims/data-db-0`)).status).toBe(404)
  },
  LONG_MS
)
