/** What the API server of standalone answers to requests that are none. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'

let standalone: StandaloneProcess

beforeAll(async () => {
  standalone = await startStandalone()
}, 270_000)

afterAll(() => standalone?.stop(), 180_000)

describe('the API server answers a Status, and lives on, to', () => {
  const configs = '/api/v1/namespaces/default/configmaps'
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'target' } }
  const json = 'application/json'

  beforeAll(async () => {
    await standalone.client.raw({ method: 'POST', path: configs, headers: { 'content-type': json }, body: JSON.stringify(object) })
  })

  it.each<[what: string, code: number, method: string, path: string, type: string, body: string]>([
    ['JSON that ends too early', 400, 'POST', configs, json, '{"apiVersion": "v1", '],
    ['JSON that is a number', 400, 'POST', configs, json, '7'],
    ['JSON nested 100,000 deep', 400, 'POST', configs, json, `${'['.repeat(100_000)}`],
    ['YAML with a tab', 400, 'POST', configs, 'application/yaml', 'kind: ConfigMap\n\tmetadata: {}'],
    ['protobuf that is none', 400, 'POST', configs, 'application/vnd.kubernetes.protobuf', 'k8s\0\u0001\u0002'],
    ['a content type nobody knows', 415, 'POST', configs, 'text/cat', 'meow'],
    ['a JSON patch that is no list', 400, 'PATCH', `${configs}/target`, 'application/json-patch+json', '{"op": "add"}'],
    [
      'a JSON patch of an unknown operation',
      422,
      'PATCH',
      `${configs}/target`,
      'application/json-patch+json',
      '[{"op": "burn", "path": "/data"}]'
    ],
    ['a merge patch that is no JSON', 400, 'PATCH', `${configs}/target`, 'application/merge-patch+json', '{data'],
    [
      'a strategic patch of an unknown directive (500, as upstream)',
      500,
      'PATCH',
      `${configs}/target`,
      'application/strategic-merge-patch+json',
      '{"$patch": "burn"}'
    ],
    ['an apply without a field manager', 422, 'PATCH', `${configs}/target`, 'application/apply-patch+yaml', JSON.stringify(object)],
    ['a label selector that cannot be read', 400, 'GET', `${configs}?labelSelector=${encodeURIComponent('a in (')}`, '', ''],
    ['a field selector of an unknown field', 400, 'GET', `${configs}?fieldSelector=data.colour%3Dred`, '', ''],
    ['a continue token that is none', 400, 'GET', `${configs}?limit=1&continue=${'%7B'.repeat(20)}`, '', ''],
    ['a limit that is a word', 400, 'GET', `${configs}?limit=many`, '', '']
  ])('%s', async (_, code, method, path, type, body) => {
    const answer = await standalone.client.raw({
      method,
      path,
      ...(type === '' ? {} : { headers: { 'content-type': type } }),
      ...(body === '' ? {} : { body })
    })
    expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toMatchObject({
      status: code,
      body: { kind: 'Status', status: 'Failure', message: expect.stringMatching(/./) }
    })
    const live = await standalone.client.raw({ method: 'GET', path: '/livez' })
    expect(live).toMatchObject({ status: 200, body: 'ok' })
  })
})
