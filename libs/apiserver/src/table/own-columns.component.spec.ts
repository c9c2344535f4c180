import { describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'

const AS_TABLE = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

describe('tables', () => {
  const server = serverOfSuite()
  const table = async (path: string) => {
    const { json } = await server.ask('GET', path, undefined, AS_TABLE)
    return {
      names: json.columnDefinitions.map(({ name }: { name: string }) => name),
      rows: json.rows.map(({ cells }: { cells: unknown[] }) => cells)
    }
  }

  it('of an APIService tell who serves it', async () => {
    const { names, rows } = await table('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps')
    expect(names).toEqual(['Name', 'Service', 'Available', 'Age'])
    expect(rows).toEqual([['v1.apps', 'Local', 'True', expect.stringMatching(/^\d+s$/)]])
  })

  it('of a Scale tell replicas', async () => {
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    await server.ask('POST', DEPLOYMENTS, {
      metadata: { name: 'one' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'a' } }, template }
    })
    const { names, rows } = await table(`${DEPLOYMENTS}/one/scale`)
    expect(names).toEqual(['Name', 'Desired', 'Available', 'Age'])
    expect(rows).toEqual([['one', 3, 0, expect.stringMatching(/^\d+s$/)]])
  })

  it('of priority classes have the two of the system from the first moment', async () => {
    const { rows } = await table('/apis/scheduling.k8s.io/v1/priorityclasses')
    expect(rows.map(([name, value]: [string, number]) => [name, value])).toEqual([
      ['system-cluster-critical', 2_000_000_000],
      ['system-node-critical', 2_000_001_000]
    ])
  })
})
