/** A hundred writers on one object, in each of the ways in which a client guards what it has read: nothing is lost, nothing is counted twice. */
import { beforeEach, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { serverOfSuite } from '../suite-server.fixture.ts'
import type { Answered } from '../test-server.ts'

const WRITERS = 100
/** All begin at once; of those who lost so many try again at a time, as clients step back. */
const RETRIES_AT_ONCE = 6
const COLLECTION = '/api/v1/namespaces/default/configmaps'
const PATH = `${COLLECTION}/counted`

type Counted = KubeObject & { readonly data: Readonly<Record<string, string>> }

const server = serverOfSuite()
beforeEach(async () => {
  await server.ask('DELETE', PATH)
  expect((await server.ask('POST', COLLECTION, { metadata: { name: 'counted' }, data: { count: '0' } })).status).toBe(201)
})

const keys = Array.from({ length: WRITERS }, (_, index) => `k${String(index).padStart(3, '0')}`)
const patch = (type: string, body: unknown) => server.ask('PATCH', PATH, body, { type: `application/${type}+json` })
const next = ({ data }: Counted) => String(Number(data['count']) + 1)

/** Counts one on top of what was read, and leaves a key of the writer's own. */
type Write = (key: string, read: Counted) => Promise<Answered>

const byUpdate: Write = (key, read) => server.ask('PUT', PATH, { ...read, data: { ...read.data, count: next(read), [key]: 'v' } })
const byMerge: Write = (key, read) =>
  patch('merge-patch', { metadata: { resourceVersion: read.metadata.resourceVersion }, data: { count: next(read), [key]: 'v' } })
const byStrategic: Write = (key, read) =>
  patch('strategic-merge-patch', { metadata: { resourceVersion: read.metadata.resourceVersion }, data: { count: next(read), [key]: 'v' } })
const byTest: Write = (key, read) =>
  patch('json-patch', [
    { op: 'test', path: '/data/count', value: read.data['count'] },
    { op: 'replace', path: '/data/count', value: next(read) },
    { op: 'add', path: `/data/${key}`, value: 'v' }
  ])

const ways = [
  { way: 'an update', writes: [byUpdate], lost: [409] },
  { way: 'a JSON patch with a test', writes: [byTest], lost: [422] },
  { way: 'a merge patch with a resourceVersion', writes: [byMerge], lost: [409] },
  { way: 'all of them', writes: [byUpdate, byTest, byMerge, byStrategic], lost: [409, 422] }
]

it.each(ways)(
  'counts exactly by $way',
  async ({ writes, lost }) => {
    const attempt = async (key: string, index: number) => {
      const { json } = await server.ask('GET', PATH)
      const write = writes[index % writes.length] as Write
      const { status } = await write(key, json as Counted)
      if (status !== 200) expect(lost).toContain(status)
      return status === 200
    }
    const outcomes = await Promise.all(keys.map(attempt))
    const losers = [...keys.entries()].filter(([index]) => outcomes[index] === false)
    expect(losers.length).toBeGreaterThan(0)
    const again = async () => {
      for (let loser = losers.pop(); loser !== undefined; loser = losers.pop()) while (!(await attempt(loser[1], loser[0]))) continue
    }
    await Promise.all(Array.from({ length: RETRIES_AT_ONCE }, again))
    const { json } = await server.ask('GET', PATH)
    expect(json.data).toEqual({ count: String(WRITERS), ...Object.fromEntries(keys.map((key) => [key, 'v'])) })
  },
  30_000
)

it('loses no patch that names no version, and refuses none', async () => {
  const from = server.api.store.revision()
  const statuses = await Promise.all(keys.map(async (key) => (await patch('merge-patch', { data: { [key]: 'v' } })).status))
  expect(statuses).toEqual(keys.map(() => 200))
  const { json } = await server.ask('GET', PATH)
  expect(Object.keys(json.data)).toEqual(['count', ...keys])
  expect(server.api.store.revision() - from).toBe(WRITERS)
}, 60_000)
