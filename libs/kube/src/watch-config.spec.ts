import { describe, expect, it } from '@jest/globals'
import { configMap, fakeCluster, keptLog, settle } from '@knative-ts/testing'
import { createInformerFactory } from './informer-factory.ts'
import { watchConfig } from './watch-config.ts'

const parse = (data: Readonly<Record<string, string>>): number => {
  const value = Number(data['n'] ?? '1')
  if (Number.isNaN(value)) throw new Error('n must be a number')
  return value
}

async function world(...data: (Record<string, string> | undefined)[]) {
  const cluster = fakeCluster({ objects: data.flatMap((entry) => (entry === undefined ? [] : [configMap({ data: entry })])) })
  const log = keptLog()
  const factory = createInformerFactory(cluster.client, { log })
  const seen: number[] = []
  const config = watchConfig(factory, 'default', 'settings', parse, (value) => seen.push(value), log)
  const stop = new AbortController()
  return { cluster, log, config, seen, stop, start: () => factory.start(stop.signal) }
}

describe('a watched ConfigMap', () => {
  it('is an error before the first sync', async () => {
    const { config } = await world({ n: '5' })
    expect(() => config.current()).toThrow('ConfigMap default/settings was asked for before the first sync')
  })

  it('follows changes, and keeps the last good value through a bad one', async () => {
    const { cluster, config, seen, log, stop, start } = await world({ n: '5' })
    await start()
    expect(config.current()).toBe(5)
    cluster.put(configMap({ data: { n: 'five' } }))
    await settle()
    expect(config.current()).toBe(5)
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { config: 'default/settings' }, message: 'bad configuration, the last good one stays' }
    ])
    cluster.put(configMap({ data: { n: '6' } }))
    await settle()
    expect([config.current(), seen]).toEqual([6, [5, 6]])
    stop.abort()
  })

  it('is its defaults when it is not there', async () => {
    const { config, stop, start } = await world()
    await start()
    await config.synced()
    expect(config.current()).toBe(1)
    stop.abort()
  })

  it('says what is wrong when it never was right', async () => {
    const { config, stop, start } = await world({ n: 'five' })
    await start()
    expect(() => config.current()).toThrow('ConfigMap default/settings is invalid: n must be a number')
    stop.abort()
  })
})
