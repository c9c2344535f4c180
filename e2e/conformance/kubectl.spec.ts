/** Section 9.1: kubectl on every kind: get by each name and category, describe, explain, wait. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { kinds } from './scene/kinds.ts'

const platform = usePlatform('kubectl')
const LONGEST_MS = 120_000
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kubectl-home-'))
  await platform.user.deploy({ name: 'shown', image: imageOf('echo'), annotations: { 'autoscaling.knative.dev/min-scale': '1' } })
}, 240_000)
afterAll(() => rm(home, { recursive: true, force: true }))

async function kubectl(...args: readonly string[]): Promise<string> {
  const flags = ['--kubeconfig', platform.kubeconfig, '--namespace', platform.namespace]
  const { stdout } = await promisify(execFile)('kubectl', [...flags, ...args], {
    env: { PATH: process.env['PATH'], HOME: home },
    timeout: LONGEST_MS
  })
  return stdout
}

const rowsOf = (output: string): string[] => output.trim().split('\n').slice(1)

/** Those of which a Service makes at least one. */
const made = kinds.filter(({ rule }) => !['domain-mapping', 'certificate', 'domain-claim'].includes(rule))

describe.each(made)('$kind', ({ group, version, kind, plural, shortNames, columns, rule }) => {
  it('9.1 kubectl/get by every name', async () => {
    const whole = await kubectl('get', `${plural}.${version}.${group}`)
    const heads = whole.split('\n')[0]?.trim().split(/ {2,}/)
    expect(heads).toEqual(['NAME', ...columns.map((column) => column.toUpperCase())])
    expect(rowsOf(whole).join('\n')).toContain('shown')
    // Somebody else's kind may have the short name before: what is asked for is that it is known.
    for (const name of shortNames) expect(rowsOf(await kubectl('get', `${name}.${group}`))).toEqual(rowsOf(whole))
    expect(rowsOf(await kubectl('get', `${plural}.${group}`, '-o', 'wide')).length).toBe(rowsOf(whole).length)
  }, 120_000)

  it('9.1 kubectl/describe names the object', async () => {
    const text = await kubectl('describe', `${plural}.${group}`)
    expect(text).toMatch(/^Name: +\S*shown/m)
    expect(text).toMatch(new RegExp(`^Kind: +${kind}$`, 'm'))
  })

  it('1.2 definitions/explain by kubectl explain', async () => {
    const text = await kubectl('explain', `${plural}.spec`, `--api-version=${group}/${version}`, '--recursive')
    expect(text).toMatch(new RegExp(`^KIND: +${kind}$`, 'm'))
    expect(text).toMatch(/^FIELDS:$/m)
  })

  if (rule !== 'image')
    it('9.1 kubectl/wait on its Ready', async () => {
      expect(await kubectl('wait', `${plural}.${group}`, '--all', '--for=condition=Ready', '--timeout=60s')).toContain('condition met')
    })
})

it('9.1 kubectl/get of a category lists its kinds', async () => {
  const serving = await kubectl('get', 'serving', '-o', 'name')
  for (const kind of ['service', 'configuration', 'revision', 'route']) expect(serving).toContain(`${kind}.serving.knative.dev/shown`)
  expect(await kubectl('get', 'knative-internal', '-o', 'name')).toContain('podautoscaler.autoscaling.internal.knative.dev/shown-00001')
})

it.each(kinds.filter((kind) => !made.includes(kind)))(
  '1.2 definitions/explain $kind by kubectl explain',
  async ({ plural, group, version, kind }) => {
    expect(await kubectl('explain', plural, `--api-version=${group}/${version}`)).toMatch(new RegExp(`^KIND: +${kind}$`, 'm'))
  }
)
