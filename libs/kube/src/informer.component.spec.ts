import { afterEach, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, keptLog, pod, startFakeApiServer, type FakeApiServerOptions, type FakeCluster } from '@knative-ts/testing'
import { connect } from './connect.ts'
import { createInformerFactory } from './informer-factory.ts'
import type { Informer } from './informer.ts'
import type { Pod } from '@knative-ts/api/kubernetes'

const cleanups: (() => Promise<void> | void)[] = []
const quick = { backoff: { firstMs: 5, maxMs: 40 } }

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function world(options: Partial<FakeApiServerOptions> = {}) {
  const cluster: FakeCluster = fakeCluster({ objects: [pod({ metadata: { name: 'a' } }), pod({ metadata: { name: 'b' } })] })
  const server = await startFakeApiServer({ cluster, ...options })
  const stop = new AbortController()
  const client = connect({ server: server.url, namespace: 'default' })
  const log = keptLog()
  const factory = createInformerFactory(client, { ...quick, log })
  cleanups.push(
    () => client.close(),
    () => stop.abort()
  )
  return { cluster, server, stop, factory, log }
}

const names = (informer: Informer<Pod>): string[] =>
  informer.cache
    .list()
    .map((object) => object.metadata.name ?? '')
    .sort()
const seenBy = (informer: Informer<Pod>): string[] => {
  const seen: string[] = []
  informer.onChange(({ before, after }) => seen.push(`${before?.metadata.name ?? '-'}>${after?.metadata.name ?? '-'}`))
  return seen
}

describe('an informer over HTTP', () => {
  it('lists, follows, and tells late listeners what is there', async () => {
    const { cluster, server, stop, factory } = await world()
    cleanups.push(() => server.kill())
    const informer = factory.informer(pods)
    const early = seenBy(informer)
    await factory.start(stop.signal)
    expect(names(informer)).toEqual(['a', 'b'])
    const late = seenBy(informer)
    expect(late).toEqual(['->a', '->b'])
    cluster.put(pod({ metadata: { name: 'c' } }))
    cluster.put(pod({ metadata: { name: 'a', labels: { app: 'x' } } }))
    cluster.remove(pod({ metadata: { name: 'b' } }))
    await eventually(() => early.length === 5)
    expect(early).toEqual(['->a', '->b', '->c', 'a>a', 'b>-'])
    expect(late).toEqual(early)
  })

  it('shares one watch, and gives each consumer its own indexes', async () => {
    const { cluster, server, stop, factory } = await world()
    cleanups.push(() => server.kill())
    const byApp = factory.informer(pods, { indexes: { key: (object) => [object.metadata.labels?.['app'] ?? ''] } })
    const byName = factory.informer(pods, { indexes: { key: (object) => [object.metadata.name ?? ''] } })
    await factory.start(stop.signal)
    await eventually(() => cluster.watches.size > 0)
    expect(cluster.watches.size).toBe(1)
    expect(byApp.cache.byIndex('key', 'hello')).toHaveLength(2)
    expect(byName.cache.byIndex('key', 'a')).toHaveLength(1)
    expect(() => byName.cache.byIndex('other', 'a')).toThrow('without an index "other"')
  })

  it('survives a server that is killed and comes back with another state', async () => {
    const { cluster, server, stop, factory } = await world()
    const informer = factory.informer(pods)
    const seen = seenBy(informer)
    await factory.start(stop.signal)
    await server.kill()
    const other = fakeCluster({ objects: [pod({ metadata: { name: 'a', uid: 'made anew' } }), pod({ metadata: { name: 'z' } })] })
    const restarted = await startFakeApiServer({ cluster: other, port: server.port })
    cleanups.push(() => restarted.kill())
    await eventually(() => names(informer).join() === 'a,z')
    expect(seen).toEqual(['->a', '->b', 'a>-', '->a', '->z', 'b>-'])
    other.put(pod({ metadata: { name: 'later' } }))
    await eventually(() => seen.at(-1) === '->later')
    expect(cluster.watches.size).toBe(0)
  })

  it('survives connections that are reset in the middle of a watch, many times', async () => {
    const { cluster, server, stop, factory } = await world()
    cleanups.push(() => server.kill())
    const informer = factory.informer(pods)
    await factory.start(stop.signal)
    for (let round = 0; round < 10; round++) {
      server.resetConnections()
      cluster.put(pod({ metadata: { name: `round-${round}` } }))
      await eventually(() => informer.cache.get({ namespace: 'default', name: `round-${round}` }))
    }
    expect(names(informer)).toHaveLength(12)
  })

  it('lists again after 410, telling only the difference', async () => {
    const { cluster, server, stop, factory } = await world()
    cleanups.push(() => server.kill())
    const informer = factory.informer(pods)
    const seen = seenBy(informer)
    await factory.start(stop.signal)
    await eventually(() => cluster.watches.size === 1)
    for (const watch of cluster.watches) watch.end()
    cluster.put(pod({ metadata: { name: 'c' } }))
    cluster.remove(pod({ metadata: { name: 'a' } }))
    cluster.forgetHistory()
    await eventually(() => names(informer).join() === 'b,c')
    expect(seen).toEqual(['->a', '->b', '->c', 'a>-'])
  })

  it('waits for a server that starts late', async () => {
    const { cluster, server, stop, factory, log } = await world()
    await server.kill()
    const informer = factory.informer(pods)
    const started = factory.start(stop.signal)
    await eventually(() => log.lines.some((line) => line.message === 'watch lost, connecting again'))
    expect(informer.hasSynced()).toBe(false)
    const restarted = await startFakeApiServer({ cluster, port: server.port })
    cleanups.push(() => restarted.kill())
    await started
    expect(names(informer)).toEqual(['a', 'b'])
  })

  it('reads a list of many pages', async () => {
    const { cluster, server, stop, factory } = await world()
    cleanups.push(() => server.kill())
    for (let index = 0; index < 1100; index++) cluster.put(pod({ metadata: { name: `many-${index}` } }))
    const informer = factory.informer(pods)
    await factory.start(stop.signal)
    expect(informer.cache.list()).toHaveLength(1102)
    expect(server.requests.filter((request) => request.includes('limit='))).toHaveLength(3)
  })

  it('goes on when a listener throws', async () => {
    const { cluster, server, stop, factory, log } = await world()
    cleanups.push(() => server.kill())
    const informer = factory.informer(pods)
    informer.onChange(() => {
      throw new Error('bad listener')
    })
    const seen = seenBy(informer)
    await factory.start(stop.signal)
    cluster.put(pod({ metadata: { name: 'c' } }))
    await eventually(() => seen.length === 3)
    expect(log.lines.filter((line) => line.message === 'a listener of the informer threw')).toHaveLength(3)
  })

  it('follows bookmarks, so that a quiet watch resumes where the server is', async () => {
    const watched: string[] = []
    const { server, stop, factory } = await world({
      intercept: (request, response) => {
        const query = new URL(request.url ?? '', 'http://x').searchParams
        if (query.get('watch') !== 'true') return false
        expect(query.get('allowWatchBookmarks')).toBe('true')
        watched.push(query.get('resourceVersion') ?? '')
        if (watched.length > 1) return false
        response.writeHead(200)
        response.end('{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"3"}}}\n')
        return true
      }
    })
    cleanups.push(() => server.kill())
    await factory.start(stop.signal)
    factory.informer(pods)
    await eventually(() => watched.length === 2)
    expect(watched[1]).toBe('3')
  })
})
