/** Prometheus' own promtool evaluates the rules: each fires on what it is for, and on nothing else. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { partNames, type PartName } from '@knative-ts/api/system'
import { describeWhere, withoutCommand } from '@knative-ts/testing/prerequisites'
import { root } from '../../build/freshness.mjs'
import { alerts, ruleGroups } from './alerts.ts'
import { dashboards } from './dashboards.ts'
import { cases } from './firing.fixture.ts'
import { metricsOf } from './promql.ts'

const namesOf = (part: PartName): readonly string[] => alerts[part].map(({ name }) => name)

it.each(partNames)('every alert of %s has cases, a runbook, and a line in the list of runbooks', (part) => {
  const names = namesOf(part)
  expect(Object.keys(cases[part]).toSorted()).toEqual(names.toSorted())
  const list = readFileSync(join(root, 'docs/runbooks/README.md'), 'utf8')
  for (const name of names) {
    expect(existsSync(join(root, 'docs/runbooks', `${name}.md`))).toBe(true)
    expect(list).toContain(`(${name}.md)`)
  }
})

it.each(partNames)('every expression of a dashboard of %s is PromQL', (part) => {
  const expressions = JSON.stringify(dashboards(part)).match(/(?<="expr":)"(?:[^"\\]|\\.)*"/g) ?? []
  expect(expressions.length).toBeGreaterThan(20)
  for (const expression of expressions) expect(metricsOf(JSON.parse(expression) as string)).toHaveLength(1)
})

describeWhere('rules evaluated by Prometheus', withoutCommand('promtool', 'prometheus')).each(partNames)('the rules of %s', (part) => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'alerts-'))
    writeFileSync(join(directory, 'rules.yaml'), JSON.stringify(ruleGroups(part)))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  /** Throws promtool's words when `alert` does not fire `times` times after its own time and ten minutes more. */
  function evaluated(alert: string, series: readonly object[], times: number): void {
    const file = join(directory, `${alert}-${times}.test.yaml`)
    const test = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series,
          promql_expr_test: [
            {
              expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
              eval_time: '110m',
              exp_samples: [{ labels: '{}', value: times }]
            }
          ]
        }
      ]
    }
    writeFileSync(file, JSON.stringify(test))
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' })
  }

  it.each(namesOf(part))('%s fires', (name) => {
    expect(() => evaluated(name, cases[part][name]?.fires ?? [], 1)).not.toThrow()
  })
  it.each(namesOf(part))('%s is quiet when all is well', (name) => {
    expect(() => evaluated(name, cases[part][name]?.quiet ?? [], 0)).not.toThrow()
  })
})
