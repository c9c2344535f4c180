/** Sections 6 and 7: what admission refuses, fills in and prunes; everything is tried, nothing stored. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { mergePatched, pick } from '../kubernetes/expand.ts'
import { usePlatform } from '../rig/platform.ts'
import { root } from '../rig/root.ts'
import { smallestOf, type TriedKind } from './cases/smallest.ts'

const platform = usePlatform('admission')

interface Tried {
  readonly rule: string
  readonly kind: TriedKind
  readonly change?: object
  /** Merged into the one container. */
  readonly container?: object
  readonly refused?: string
  readonly callback?: string
  readonly schema?: string
  readonly becomes?: object
  /** A path that is not stored, whether it is refused or pruned. */
  readonly lacks?: string
}

const read = (name: string): unknown => parse(readFileSync(join(root, 'e2e/conformance/cases', name), 'utf8'))
const rows = (read('admission.yaml') as readonly Tried[]).map((tried, index) => ({ ...tried, index }))
const settings = read('settings.yaml') as readonly (readonly [
  rule: string,
  map: string,
  data: Readonly<Record<string, string>>,
  said?: string
])[]

async function attempt(
  path: string,
  body: object
): Promise<{ readonly status: number; readonly answer: object; readonly message: string }> {
  const answer = await platform.client.raw({
    method: 'POST',
    path: `${path}?dryRun=All`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  const object = JSON.parse(answer.body) as { readonly message?: string }
  return { status: answer.status, answer: object, message: object.message ?? '' }
}

describe('an object', () => {
  it.each(rows)('$rule ($kind, case $index)', async ({ kind, change = {}, container, refused, callback, schema, becomes, lacks }) => {
    const { collection, object } = smallestOf(kind, platform.namespace)
    const merged = mergePatched(object, change) as { readonly spec: { readonly template: { readonly spec: { containers: object[] } } } }
    if (container !== undefined) Object.assign(merged.spec.template.spec.containers[0] ?? {}, container)
    const { status, answer, message } = await attempt(collection, merged)
    if (refused !== undefined) {
      expect([status, message]).toEqual([400, expect.stringContaining('denied the request: validation failed: ')])
      expect(message).toContain(refused)
    }
    if (callback !== undefined)
      expect([status, message]).toEqual([400, expect.stringMatching(new RegExp(`validation callback failed: .*${callback}`))])
    if (schema !== undefined) expect([status, message]).toEqual([422, expect.stringContaining(schema)])
    if (becomes !== undefined) expect([status, answer]).toMatchObject([201, becomes])
    if (lacks !== undefined) expect(status === 400 || pick(answer, lacks) === undefined).toBe(true)
    const stored = await platform.client.raw({ method: 'GET', path: collection })
    expect((JSON.parse(stored.body) as { readonly items: unknown[] }).items).toEqual([])
  })
})

describe('a ConfigMap', () => {
  it.each(
    settings.map(([rule, map, data, said]) => ({
      title: `${rule} ${said === undefined ? 'takes' : 'refuses'} ${map} ${JSON.stringify(data)}`,
      map,
      data,
      said
    }))
  )('$title', async ({ map, data, said }) => {
    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `config-${map}`,
        labels: { 'app.kubernetes.io/name': 'knative-serving', 'app.kubernetes.io/component': 'controller' }
      },
      data
    }
    const { status, message } = await attempt(`/api/v1/namespaces/${platform.namespace}/configmaps`, body)
    if (said === undefined) expect([status, message]).toEqual([201, ''])
    else
      expect([status, message]).toEqual([
        400,
        expect.stringMatching(new RegExp(`config\\.webhook\\.serving\\.knative\\.dev.*validation failed: .*${said}`, 's'))
      ])
  })
})
