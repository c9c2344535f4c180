import { describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'
import { eventsUntil } from '../test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = { a: 'b' }, labels?: Record<string, string>) => ({
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  data
})
const MERGE = { type: 'application/merge-patch+json' }
const server = serverOfSuite()

describe('lists', () => {
  it('pages through one snapshot while objects come and go', async () => {
    await server.ask('POST', '/api/v1/namespaces', { metadata: { name: 'paged' } })
    const path = '/api/v1/namespaces/paged/configmaps'
    for (const name of ['a', 'b', 'c', 'd']) await server.ask('POST', path, map(name))
    const { json: first } = await server.ask('GET', `${path}?limit=2`)
    expect(first.metadata.remainingItemCount).toBe(2)
    await server.ask('DELETE', `${path}/c`)
    await server.ask('POST', path, map('bb'))
    const { json: second } = await server.ask('GET', `${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`)
    const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map((item) => item.metadata.name)
    expect([...names(first), ...names(second)]).toEqual(['a', 'b', 'c', 'd'])
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it.each([
    ['labelSelector=n%20in%20(', 400],
    ['fieldSelector=spec.colour%3Dred', 400],
    ['limit=x', 400],
    ['continue=nonsense', 400],
    ['resourceVersion=word', 400],
    ['resourceVersion=999999999', 504],
    ['resourceVersionMatch=Exact', 422]
  ])('refuses ?%s', async (query, status) => {
    expect(await server.ask('GET', `${MAPS}?${query}`)).toMatchObject({ status, json: { kind: 'Status' } })
  })

  it('prints a table when asked for one', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const { json } = await server.ask('GET', '/api/v1/services', undefined, { headers: { accept } })
    expect(json.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
      'Name',
      'Type',
      'Cluster-IP',
      'External-IP',
      'Port(s)',
      'Age',
      'Selector'
    ])
    expect(json.rows[0].cells.slice(0, 3)).toEqual(['kubernetes', 'ClusterIP', '10.96.0.1'])
  })

  it('compresses big answers and no small ones', async () => {
    await server.ask('POST', MAPS, map('big', { a: 'x'.repeat(200_000) }))
    const gzip = { headers: { 'accept-encoding': 'gzip' } }
    expect((await server.ask('GET', `${MAPS}/big`, undefined, gzip)).headers['content-encoding']).toBe('gzip')
    expect((await server.ask('GET', '/version', undefined, gzip)).headers['content-encoding']).toBeUndefined()
    await server.ask('DELETE', `${MAPS}/big`)
  })
})

describe('watches', () => {
  it('sees objects enter and leave a selector', async () => {
    const { json: list } = await server.ask('GET', MAPS)
    const stream = await server.open(`${MAPS}?watch=1&labelSelector=w%3Dx&resourceVersion=${list.metadata.resourceVersion}`)
    await server.ask('POST', MAPS, map('mover', { a: '1' }, { w: 'x' }))
    await server.ask('PATCH', `${MAPS}/mover`, { metadata: { labels: { w: 'y' } } }, MERGE)
    await server.ask('PATCH', `${MAPS}/mover`, { metadata: { labels: { w: 'x' } } }, MERGE)
    await server.ask('DELETE', `${MAPS}/mover`)
    const events = await eventsUntil(stream, (seen) => seen.length === 4)
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED', 'DELETED'])
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
  })

  it('ends the initial events with a bookmark when asked to', async () => {
    const stream = await server.open(
      '/api/v1/namespaces?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    )
    const events = await eventsUntil(stream, (seen) => seen.at(-1)?.type === 'BOOKMARK')
    expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    expect(events.filter(({ type }) => type === 'ADDED').map(({ object }) => object.metadata.name)).toContain('kube-system')
  })

  it('closes in good order after timeoutSeconds', async () => {
    const stream = await server.open(`${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=999999999`)
    expect(await eventsUntil(stream, () => false)).toEqual([])
  })

  it('begins at once on a connection whose answer before is not quite through', async () => {
    // A keep-alive client may ask again before the server has heard that its last bytes left.
    for (let round = 0; round < 20; round++) {
      const { json } = await server.ask('POST', MAPS, { metadata: { generateName: 'quick-', labels: { quick: 'yes' } } })
      const stream = await server.open(`${MAPS}?watch=1&fieldSelector=metadata.name%3D${json.metadata.name}`)
      expect(await eventsUntil(stream, (seen) => seen.length === 1)).toHaveLength(1)
    }
  })
})
