import { describe, expect, it } from '@jest/globals'
import type { ConfigMap, Secret } from '@knative-ts/api/kubernetes'
import { configMapRules, secretRules } from './config-map.ts'

const metadata = { name: 'x', namespace: 'default' }

/** What a client may send, whatever the types say. */
const sent = (members: object) => ({ apiVersion: 'v1', metadata, ...members }) as unknown

describe('a null value', () => {
  it.each(['data', 'binaryData'] as const)('in %s of a ConfigMap is an empty one', (field) => {
    const map = sent({ kind: 'ConfigMap', [field]: { a: null, b: 'eA==' } }) as ConfigMap
    configMapRules.defaults?.(map)
    expect(map[field]).toEqual({ a: '', b: 'eA==' })
    expect(configMapRules.check?.(map)).toEqual([])
  })

  it('under an empty key of a ConfigMap is refused, not stumbled over', () => {
    const map = sent({ kind: 'ConfigMap', data: { '': null } }) as ConfigMap
    configMapRules.defaults?.(map)
    expect(configMapRules.check?.(map)?.map(({ field }) => field)).toContain('data[]')
  })

  it('in data of a Secret is an empty one', () => {
    const secret = sent({ kind: 'Secret', data: { a: null } }) as Secret
    secretRules.defaults?.(secret)
    expect(secret.data).toEqual({ a: '' })
    expect(secretRules.check?.(secret)).toEqual([])
  })
})
