/** The history of changes is bounded: what lies behind it is answered with 410 by lists, pages and watches alike. */
import { beforeAll, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'
import { eventsUntil } from '../test-server.ts'

const HISTORY = 50
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
const EXPIRED = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 }

const server = serverOfSuite({ historySize: HISTORY })
let began: string
let token: string

const nameOf = ({ object }: { object: { metadata: { name: string } } }) => object.metadata.name
const create = async (name: string) => {
  const { status, json } = await server.ask('POST', CONFIG_MAPS, { metadata: { name, labels: { of: 'test' } } })
  expect(status).toBe(201)
  return json.metadata.resourceVersion as string
}

beforeAll(async () => {
  for (let count = 0; count < 4; count++) began = await create(`first-${count}`)
  const page = await server.ask('GET', `${CONFIG_MAPS}?limit=2&labelSelector=of%3Dtest`)
  token = page.json.metadata.continue
  for (let count = 0; count < HISTORY + 10; count++) await create(`later-${String(count).padStart(3, '0')}`)
})

it('keeps as many changes as it was told, and no more', () => {
  expect(server.api.store.revision() - server.api.store.oldestRevision()).toBe(HISTORY)
})

it('ends a watch from before with 410, as its first event', async () => {
  const [event, ...more] = await eventsUntil(await server.open(`${CONFIG_MAPS}?watch=true&resourceVersion=${began}`), () => false)
  expect(more).toEqual([])
  expect(event).toMatchObject({
    type: 'ERROR',
    object: { ...EXPIRED, message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/) }
  })
})

it('watches from the oldest version that it knows: every change since, once', async () => {
  const oldest = server.api.store.oldestRevision()
  const watching = eventsUntil(
    await server.open(`${CONFIG_MAPS}?watch=true&resourceVersion=${oldest}`),
    (events) => events.length === HISTORY
  )
  expect((await watching).map(nameOf)).toEqual(
    Array.from({ length: HISTORY }, (_, index) => `later-${String(index + 10).padStart(3, '0')}`)
  )
})

it.each(['&resourceVersionMatch=Exact', '&limit=3'])('answers a list of a state from before with 410: %s', async (more) => {
  const { status, json } = await server.ask('GET', `${CONFIG_MAPS}?resourceVersion=${began}${more}`)
  expect(status).toBe(410)
  expect(json).toMatchObject({ ...EXPIRED, message: 'The resourceVersion for the provided list is too old.' })
})

it('answers the next page of a list from before with 410, and a token that goes on in the state of now', async () => {
  const page = await server.ask('GET', `${CONFIG_MAPS}?limit=2&labelSelector=of%3Dtest&continue=${token}`)
  expect(page.status).toBe(410)
  expect(page.json).toMatchObject({ ...EXPIRED, message: expect.stringMatching(/^The provided continue parameter is too old/) })
  const rest = await server.ask('GET', `${CONFIG_MAPS}?labelSelector=of%3Dtest&continue=${page.json.metadata.continue}`)
  expect(rest.status).toBe(200)
  expect(rest.json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name).slice(0, 3)).toEqual([
    'first-2',
    'first-3',
    'later-000'
  ])
  expect(rest.json.items).toHaveLength(HISTORY + 12)
})

it('lists a state that it still knows, exactly', async () => {
  const known = server.api.store.oldestRevision() + 5
  const { status, json } = await server.ask(
    'GET',
    `${CONFIG_MAPS}?resourceVersion=${known}&resourceVersionMatch=Exact&labelSelector=of%3Dtest`
  )
  expect(status).toBe(200)
  expect(json.metadata.resourceVersion).toBe(String(known))
  expect(json.items).toHaveLength(4 + 10 + 5)
})
