import { describe, expect, it } from '@jest/globals'
import type { routing } from '@knative-ts/wire'
import { settle } from '@knative-ts/testing'
import type { TableChange } from './followed-table.ts'
import { RoutingTable } from './routing-table.ts'

const routes = (key: string, version: string, ...backends: string[]): routing.IngressRoutes => ({
  key,
  version,
  httpOption: '',
  tls: [],
  rules: [
    {
      hosts: [key],
      clusterLocal: false,
      paths: [
        {
          path: '',
          matchHeaders: {},
          appendHeaders: {},
          rewriteHost: '',
          splits: backends.map((backend) => ({ backend, percent: 50, appendHeaders: {} }))
        }
      ]
    }
  ]
})

function world() {
  const addresses = new Map<string, string[]>()
  const looks: string[] = []
  const certificates = new Map<string, routing.Certificate>()
  const table = new RoutingTable({
    backend: (key) => {
      looks.push(key)
      return { key, addresses: addresses.get(key) ?? [], h2c: false, activators: false }
    },
    certificate: (key) => certificates.get(key)
  })
  const changes: TableChange<routing.RoutingUpdate>[] = []
  table.onChange((change) => changes.push(change))
  const have = (key: string, ...at: string[]): void => {
    addresses.set(key, at)
    table.touchService(key.slice(0, key.lastIndexOf(':')))
  }
  const show = (key: string, chain?: string): void => {
    if (chain === undefined) certificates.delete(key)
    else certificates.set(key, { key, chain, privateKey: `key of ${chain}` })
    table.touchSecret(key)
  }
  return { table, changes, looks, have, show }
}

describe('routing table', () => {
  it('sends what one turn of the event loop brings as one difference', async () => {
    const { table, changes, have } = world()
    have('d/a:80', '1.1.1.1:80')
    table.setIngress(routes('d/x', '1', 'd/a:80'))
    table.setIngress(routes('d/y', '1', 'd/a:80'))
    table.setIngress(routes('d/x', '2', 'd/a:80'))
    await settle()
    expect(changes).toHaveLength(1)
    expect(changes[0]?.update).toMatchObject({
      sequence: 2,
      complete: false,
      ingresses: [{ key: 'd/x', version: '2' }, { key: 'd/y' }],
      backends: [{ key: 'd/a:80' }]
    })
    expect(changes[0]?.published).toEqual(['d/x', 'd/y'])
  })

  it('counts a version only when each of its backends has an address', async () => {
    const { table, changes, have } = world()
    have('d/a:80', '1.1.1.1:80')
    table.setIngress(routes('d/x', '1', 'd/a:80', 'd/b:80'))
    await settle()
    expect(table.published('d/x')).toBeUndefined()
    have('d/b:80', '2.2.2.2:80')
    await settle()
    expect(table.published('d/x')).toEqual({ version: '1', sequence: 3 })
    have('d/b:80')
    await settle()
    expect(table.published('d/x')).toEqual({ version: '1', sequence: 3 })
    expect(changes.map((change) => change.published)).toEqual([[], ['d/x'], []])
  })

  it('is silent about a version that it has, a backend that did not change and one that nobody uses', async () => {
    const { table, changes, looks, have } = world()
    have('d/a:80', '1.1.1.1:80')
    table.setIngress(routes('d/x', '1', 'd/a:80'))
    await settle()
    table.setIngress(routes('d/x', '1', 'd/a:80'))
    table.touchService('d/a')
    table.touchService('d/elsewhere')
    await settle()
    expect(changes).toHaveLength(1)
    expect(looks).toEqual(['d/a:80', 'd/a:80'])
  })

  it('takes back what nobody uses any more', async () => {
    const { table, changes, have } = world()
    have('d/a:80', '1.1.1.1:80')
    table.setIngress(routes('d/x', '1', 'd/a:80'))
    await settle()
    table.removeIngress('d/x')
    await settle()
    expect(changes[1]?.update).toMatchObject({ removedIngresses: ['d/x'], removedBackends: ['d/a:80'], ingresses: [], backends: [] })
    expect(table.complete()).toMatchObject([{ complete: true, sequence: 3, part: 0, continues: false, ingresses: [], backends: [] }])
  })

  it('gives a new stream everything, and counts what was waiting in', () => {
    const { table, have } = world()
    have('d/a:80', '1.1.1.1:80')
    table.setIngress(routes('d/x', '1', 'd/a:80'))
    const common = { sequence: 2, complete: true }
    expect(table.complete()).toMatchObject([
      { ...common, part: 0, continues: true, ingresses: [], backends: [{ addresses: ['1.1.1.1:80'] }] },
      { ...common, part: 1, continues: false, ingresses: [{ key: 'd/x' }], backends: [] }
    ])
  })

  it('gives a large table in parts, what is named before those who name it', () => {
    const { table, have } = world()
    for (let index = 0; index < 450; index++) {
      have(`d/s${index}:80`, '1.1.1.1:80')
      table.setIngress(routes(`d/x${index}`, '1', `d/s${index}:80`))
    }
    const parts = table.complete()
    expect(parts.map(({ backends, ingresses }) => [backends.length, ingresses.length])).toEqual([
      [200, 0],
      [200, 0],
      [50, 0],
      [0, 200],
      [0, 200],
      [0, 50]
    ])
    expect(parts.map(({ part, continues, sequence, complete }) => [part, continues, sequence, complete])).toEqual(
      [0, 1, 2, 3, 4, 5].map((part) => [part, part < 5, 2, true])
    )
  })

  describe('of a KIngress with a certificate', () => {
    const secured = (version: string, certificate: string): routing.IngressRoutes => ({
      ...routes('d/x', version, 'd/a:80'),
      tls: [{ hosts: ['x.test'], certificate }]
    })
    const started = async () => {
      const all = world()
      all.have('d/a:80', '1.1.1.1:80')
      all.table.setIngress(secured('1', 'd/cert'))
      await settle()
      return all
    }

    it('counts its version when the certificate is there, and says what it lacks before', async () => {
      const { table, changes, show } = await started()
      expect(table.published('d/x')).toBeUndefined()
      expect(table.lacking('d/x')).toContain('Secret d/cert of spec.tls')
      show('d/cert', 'one')
      await settle()
      expect(changes.at(-1)).toMatchObject({
        published: ['d/x'],
        update: { ingresses: [], certificates: [{ key: 'd/cert', chain: 'one' }] }
      })
      expect([table.published('d/x')?.version, table.lacking('d/x'), table.lacking('d/other')]).toEqual(['1', undefined, undefined])
    })

    it('sends a renewal alone, and takes nothing back', async () => {
      const { table, changes, show } = await started()
      show('d/cert', 'one')
      await settle()
      show('d/cert', 'two')
      await settle()
      expect(changes.at(-1)).toMatchObject({
        published: [],
        update: { ingresses: [], backends: [], removedCertificates: [], certificates: [{ chain: 'two' }] }
      })
      show('d/cert')
      await settle()
      expect(changes.at(-1)?.update).toMatchObject({ certificates: [], removedCertificates: ['d/cert'] })
      expect(table.published('d/x')?.version).toBe('1')
    })

    it('is silent about Secrets that nobody names, and about those of a KIngress that is gone', async () => {
      const { table, changes, show } = await started()
      show('d/cert', 'one')
      await settle()
      const before = changes.length
      show('d/other', 'other')
      await settle()
      expect(changes).toHaveLength(before)
      expect(table.complete().flatMap(({ certificates }) => certificates)).toHaveLength(1)
      table.setIngress(secured('2', 'd/other'))
      await settle()
      expect(changes.at(-1)?.update).toMatchObject({ certificates: [{ key: 'd/other' }], removedCertificates: ['d/cert'] })
      table.removeIngress('d/x')
      await settle()
      expect(changes.at(-1)?.update.removedCertificates).toEqual(['d/other'])
      expect(table.complete().flatMap(({ certificates }) => certificates)).toEqual([])
    })
  })

  it('sends and looks up what changed, however much there is', async () => {
    const { table, changes, looks, have } = world()
    for (let index = 0; index < 1_000; index++) {
      have(`d/s${index}:80`, '1.1.1.1:80')
      table.setIngress(routes(`d/x${index}`, '1', `d/s${index}:80`))
    }
    await settle()
    looks.length = 0
    table.setIngress(routes('d/x7', '2', 'd/s7:80'))
    have('d/s8:80', '2.2.2.2:80')
    await settle()
    expect(looks).toEqual(['d/s8:80'])
    expect(changes.at(-1)?.update).toMatchObject({ ingresses: [{ key: 'd/x7' }], backends: [{ key: 'd/s8:80' }] })
  })
})

describe('whose certificates gateways accept', () => {
  it('comes with the first part of a whole table, and as a difference when it changes', async () => {
    const { table, changes, looks, have } = world()
    have('d/a:443', 'kn-user-d@1.1.1.1:8112')
    table.setIngress(routes('d/x', '1', 'd/a:443'))
    table.flush()
    expect(table.complete().map(({ trust }) => trust)).toEqual([{ authorities: '' }, undefined])
    expect(table.trusts).toBe(false)
    looks.length = 0
    table.trust('PEM')
    await new Promise((resolve) => setImmediate(resolve))
    expect(changes.at(-1)?.update).toMatchObject({ trust: { authorities: 'PEM' }, backends: [], ingresses: [] })
    // Whether its addresses can be told to speak TLS depends on it.
    expect(looks).toEqual(['d/a:443'])
    expect(table.complete()[0]).toMatchObject({ part: 0, trust: { authorities: 'PEM' } })
    have('d/a:443', 'kn-user-d@1.1.1.2:8112')
    table.flush()
    expect(changes.at(-1)?.update.trust).toBeUndefined()
    expect(table.trusts).toBe(true)
  })
})
