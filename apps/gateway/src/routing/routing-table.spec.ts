import { describe, expect, it } from '@jest/globals'
import { routing } from '@knative-ts/wire'
import { backendOf, routesOf } from '../testing/routes.ts'
import { RoutingTable } from './routing-table.ts'

const update = (fields: Partial<routing.RoutingUpdate>): routing.RoutingUpdate => ({ ...routing.RoutingUpdate.create(), ...fields })
const tableOf = (...updates: Partial<routing.RoutingUpdate>[]): RoutingTable => {
  const table = new RoutingTable()
  for (const one of updates) table.apply(update(one))
  return table
}
const full = { complete: true, ingresses: [routesOf('a.test')], backends: [backendOf(['10.0.0.1:80'])] }

describe('the routing table', () => {
  it.each([
    ['is not complete before a complete update', [{ ingresses: full.ingresses }], false],
    ['is complete after one, though it is empty', [{ complete: true }], true],
    ['stays complete', [full, { removedIngresses: ['default/hello'] }], true]
  ])('%s', (_what, updates, expected) => {
    expect(tableOf(...updates).isComplete).toBe(expected)
  })

  it('keeps what a difference does not name, and a complete update only what it names', () => {
    const other = routesOf('b.test', { key: 'default/other' })
    const table = tableOf(full, { ingresses: [other] })
    expect([table.size, table.rule('public', 'a.test')?.ingress, table.rule('public', 'b.test')?.ingress]).toEqual([
      2,
      'default/hello',
      'default/other'
    ])
    table.apply(update({ complete: true, ingresses: [other] }))
    expect([table.size, table.rule('public', 'a.test'), table.backend('default/hello:80')]).toEqual([1, undefined, undefined])
  })

  it('forgets the hosts that a new version does not have', () => {
    const table = tableOf(full, { ingresses: [routesOf('c.test', { version: 'v2' })] })
    expect([table.rule('public', 'a.test'), table.rule('public', 'c.test')?.version]).toEqual([undefined, 'v2'])
  })

  it('keeps public and cluster-local hosts apart', () => {
    const table = tableOf({ complete: true, ingresses: [routesOf('a.test', { clusterLocal: true })] })
    expect([table.rule('public', 'a.test'), table.rule('internal', 'a.test')?.version]).toEqual([undefined, 'v1'])
  })

  it('gives a host that two ingresses claim to the first by name, whichever came first, and to the other when that goes', () => {
    const one = routesOf('a.test', { key: 'default/b', version: 'of b' })
    const two = routesOf('a.test', { key: 'default/a', version: 'of a' })
    for (const ingresses of [
      [one, two],
      [two, one]
    ]) {
      const table = tableOf({ complete: true, ingresses })
      expect(table.rule('public', 'a.test')?.version).toBe('of a')
      table.apply(update({ removedIngresses: ['default/a'] }))
      expect(table.rule('public', 'a.test')?.version).toBe('of b')
    }
  })

  it('says which addresses nothing leads to any more', () => {
    const table = tableOf(full, { backends: [backendOf(['10.0.0.1:80', '10.0.0.2:80'], { key: 'default/other:80' })] })
    expect(table.apply(update({ backends: [backendOf(['10.0.0.3:80'])] }))).toEqual([])
    expect(table.apply(update({ removedBackends: ['default/other:80'] }))).toEqual(['10.0.0.1:80', '10.0.0.2:80'])
  })

  describe('with a complete table in parts', () => {
    const part = (number: number, continues: boolean, fields: Partial<routing.RoutingUpdate>): Partial<routing.RoutingUpdate> => ({
      complete: true,
      part: number,
      continues,
      ...fields
    })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => routesOf(`${name}.test`, { key: `default/${name}` })) as [
      routing.IngressRoutes,
      routing.IngressRoutes,
      routing.IngressRoutes
    ]
    const hosts = (table: RoutingTable): string =>
      ['a', 'b', 'c'].filter((name) => table.rule('public', `${name}.test`) !== undefined).join('')

    it('is complete with the last one, and serves what it knew until then', () => {
      const table = tableOf({ complete: true, ingresses: [a, b], backends: [backendOf(['10.0.0.1:80']), backendOf([], { key: 'old:80' })] })
      table.apply(update(part(0, true, { backends: [backendOf(['10.0.0.2:80'])] })))
      table.apply(update(part(1, true, { ingresses: [b] })))
      expect([hosts(table), table.backend('old:80') !== undefined]).toEqual(['ab', true])
      table.apply(update(part(2, false, { ingresses: [c] })))
      expect([hosts(table), table.backend('old:80'), table.backend('default/hello:80')?.upstreams[0]?.address]).toEqual([
        'bc',
        undefined,
        '10.0.0.2:80'
      ])
    })

    it('does not count the parts of a table that broke off', () => {
      const table = tableOf(part(0, true, { ingresses: [a] }))
      expect([table.isComplete, hosts(table)]).toEqual([false, 'a'])
      table.apply(update(part(0, true, { ingresses: [b] })))
      table.apply(update(part(1, false, { ingresses: [c] })))
      expect([table.isComplete, hosts(table)]).toEqual([true, 'bc'])
    })
  })

  it('looks only at what an update names', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => index)
    const table = tableOf({
      complete: true,
      ingresses: many.map((index) =>
        routesOf(`${index}.test`, { key: `default/${index}`, paths: [{ splits: [{ backend: `default/${index}:80` }] }] })
      ),
      backends: many.map((index) => backendOf([`10.0.0.1:${index + 1}`], { key: `default/${index}:80` }))
    })
    const untouched = table.rule('public', '7.test')
    const upstream = table.backend('default/7:80')?.upstreams[0]
    expect(table.apply(update({ backends: [backendOf(['10.0.0.2:80'], { key: 'default/1:80' })] }))).toEqual(['10.0.0.1:2'])
    expect(table.apply(update({ ingresses: [routesOf('other.test', { key: 'default/2', version: 'v2' })] }))).toEqual([])
    expect(table.rule('public', '7.test')).toBe(untouched)
    expect(table.backend('default/7:80')?.upstreams[0]).toBe(upstream)
  })

  it('keeps the count of an address whose backend changes around it', () => {
    const table = tableOf(full)
    const [upstream] = table.backend('default/hello:80')?.upstreams ?? []
    table.apply(update({ backends: [backendOf(['10.0.0.2:80', '10.0.0.1:80'])] }))
    expect(table.backend('default/hello:80')?.upstreams[1]).toBe(upstream)
    expect(table.apply(update({ ...full, backends: [backendOf(['10.0.0.1:80'])] }))).toEqual(['10.0.0.2:80'])
    expect(table.backend('default/hello:80')?.upstreams).toEqual([upstream])
  })

  it('gives a route the backend that an update names later, and takes it away with it', () => {
    const table = tableOf({ complete: true, ingresses: full.ingresses })
    const backend = table.rule('public', 'a.test')?.paths[0]?.splits[0]?.backend
    expect([table.backend('default/hello:80'), backend?.upstreams]).toEqual([undefined, []])
    table.apply(update({ backends: full.backends }))
    expect(table.backend('default/hello:80')).toBe(backend)
    table.apply(update({ removedBackends: ['default/hello:80'] }))
    expect([table.backend('default/hello:80'), backend?.upstreams]).toEqual([undefined, []])
  })

  it('takes the first of two rules of one KIngress for a host', () => {
    const routes = routesOf('a.test')
    const second = routesOf('a.test', { paths: [{ path: '/second' }] })
    const table = tableOf({ complete: true, ingresses: [{ ...routes, rules: [...routes.rules, ...second.rules] }] })
    expect(table.rule('public', 'a.test')?.paths[0]?.prefix).toBe('')
    table.apply(update({ removedIngresses: ['default/hello'] }))
    expect(table.rule('public', 'a.test')).toBeUndefined()
  })

  it('takes hosts in any case', () => {
    expect(tableOf({ complete: true, ingresses: [routesOf('A.Test')] }).rule('public', 'a.test')).toBeDefined()
  })

  it('is one update or the other to whoever looks, with routes and backends of the same', () => {
    const versions = [1, 2].map((version) =>
      update({
        complete: true,
        ingresses: [routesOf('a.test', { version: `v${version}`, paths: [{ splits: [{ backend: `default/hello-${version}:80` }] }] })],
        backends: [backendOf([`10.0.0.${version}:80`], { key: `default/hello-${version}:80` })]
      })
    )
    const table = new RoutingTable()
    for (let turn = 0; turn < 10; turn++) {
      table.apply(versions[turn % 2] as routing.RoutingUpdate)
      const backend = table.rule('public', 'a.test')?.paths[0]?.splits[0]?.backend
      expect(backend?.upstreams.map(({ address }) => address)).toEqual([`10.0.0.${(turn % 2) + 1}:80`])
    }
  })

  it('wakes those who wait for other addresses, at the change or when their time is over', async () => {
    const table = tableOf(full)
    const backend = table.backends.use('default/hello:80')
    const woken = backend.change(60_000)
    table.apply(update({ removedIngresses: ['default/hello'], removedBackends: ['default/hello:80'] }))
    await woken
    await backend.change(1)
    table.apply(update({ backends: [backendOf(['10.0.0.9:80'])] }))
    // Whoever waits for a backend that was taken away gets the one that comes back.
    expect(backend.upstreams.map(({ address }) => address)).toEqual(['10.0.0.9:80'])
    table.backends.release(backend)
  })
})
