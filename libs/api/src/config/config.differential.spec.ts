import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { KubeObject } from '../object.ts'
import { configMapProblem } from './config-map.rules.ts'

interface Step {
  readonly verb: string
  readonly object?: KubeObject & { readonly data?: Record<string, string> }
}
interface Case {
  readonly name: string
  readonly area: string
  readonly steps: readonly Step[]
  readonly answers: readonly { readonly status: number; readonly message?: string }[]
}

const file = new URL('../admission.recorded.json', import.meta.url)
const cases = (JSON.parse(readFileSync(file, 'utf8')) as Case[]).filter(({ area }) => area === 'config')
const PREFIX = 'admission webhook "config.webhook.serving.knative.dev" denied the request: validation failed: '
const components = ['autoscaler', 'controller', 'logging', 'networking', 'observability', 'tracing', 'net-certmanager']

/** The webhook is asked about ConfigMaps with these labels only. */
const isOurs = (object: KubeObject): boolean =>
  object.metadata.labels?.['app.kubernetes.io/name'] === 'knative-serving' &&
  components.includes(object.metadata.labels['app.kubernetes.io/component'] ?? '')

const rows = cases.flatMap(({ name, steps, answers }) =>
  steps.flatMap((step, index) =>
    step.object === undefined ? [] : [{ name: `${name}, step ${index}`, object: step.object, answer: answers[index] }]
  )
)

describe('ConfigMaps are judged as upstream judged them', () => {
  it('has cases', () => {
    expect(rows.length).toBeGreaterThan(200)
  })

  it.each(rows)('$name', ({ object, answer }) => {
    const problem = isOurs(object) ? configMapProblem(object) : undefined
    expect(problem === undefined ? '' : PREFIX + problem).toBe(answer?.message ?? '')
  })
})
