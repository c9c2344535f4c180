import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { systemObjects } from '../../system/system-objects.ts'
import { exampleChecksum } from '../config-map.rules.ts'
import { eventingConfigMapProblem } from './eventing-config-map.rules.ts'

interface Case {
  readonly name: string
  readonly area: string
  readonly steps: readonly { readonly path?: string; readonly body?: { readonly data: Readonly<Record<string, string>> } }[]
  readonly answers: readonly { readonly status: number; readonly message?: string }[]
}

const file = new URL('../../eventing-admission.recorded.json', import.meta.url)
const cases = (JSON.parse(readFileSync(file, 'utf8')) as Case[]).filter(({ area }) => area === 'config')
const PREFIX = 'admission webhook "config.webhook.eventing.knative.dev" denied the request: validation failed: '

const shipped = systemObjects({ version: '0.1.0', image: (name) => name }, 'eventing').filter(({ kind }) => kind === 'ConfigMap')

/** What is said to each change of a case, one upon the other. Upstream's ConfigMaps carry an example and its checksum. */
function verdicts({ steps }: Case): string[] {
  const data: Record<string, Record<string, string>> = {}
  return steps.flatMap(({ path = '', body }) => {
    const name = /\/configmaps\/([^/]+)$/.exec(path)?.[1]
    const object = shipped.find(({ metadata }) => metadata.name === name)
    if (name === undefined || object === undefined || body === undefined) return []
    const metadata = { ...object.metadata, annotations: { 'knative.dev/example-checksum': exampleChecksum('as it was') } }
    const next = { ...(object as { data?: Record<string, string> }).data, ...data[name], ...body.data }
    const problem = eventingConfigMapProblem({ ...object, metadata, data: next } as Parameters<typeof eventingConfigMapProblem>[0])
    if (problem === undefined) data[name] = { ...data[name], ...body.data }
    return [problem === undefined ? '' : PREFIX + problem]
  })
}

const rows = cases.filter(({ steps }) => steps.every(({ path }) => path !== undefined))

describe('ConfigMaps of Eventing are judged as upstream judged them', () => {
  it('has cases', () => expect(rows.length).toBeGreaterThanOrEqual(22))

  it.each(rows)('$name', (recorded) => {
    expect(verdicts(recorded)).toEqual(recorded.answers.map(({ message }) => message ?? ''))
  })
})
