/** Section E11.1: the HTTP calls that `kn` makes for each of its verbs about Eventing, and what it relies on in the answers. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { customResourceDefinitions } from '@knative-ts/api/crds'
import { parse } from 'yaml'
import { eventingUser } from '../../rig/eventing-user.ts'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { expectStep } from './expect-step.ts'
import { Player, type Transcript } from './transcript.ts'

const platform = usePlatform('kn-eventing', { eventing: true })
const transcripts = parse(readFileSync(join(root, 'e2e/conformance/kn/eventing.transcripts.yaml'), 'utf8')) as readonly Transcript[]
const VERB_MS = 300_000
let player: Player
const home = mkdtempSync(join(tmpdir(), 'kubectl-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function kubectl(...args: readonly string[]): Promise<string> {
  const flags = ['--kubeconfig', platform.kubeconfig, '--namespace', platform.namespace]
  const { stdout } = await promisify(execFile)('kubectl', [...flags, ...args], { env: { PATH: process.env['PATH'], HOME: home } })
  return stdout
}

beforeAll(async () => {
  player = new Player(platform.client, platform.namespace, imageOf('recorder'))
  await eventingUser(platform.client, platform.namespace).recorder('sink')
}, VERB_MS)

it.each(transcripts.map(({ rules, verb, steps }) => ({ title: `${rules} ${verb}`, steps })))(
  '$title',
  async ({ steps }) => {
    for (const step of steps) await expectStep(player, player.filled(step))
  },
  VERB_MS
)

const definitions = customResourceDefinitions('eventing').map(({ spec }) => spec)

it(
  'E1.1 kinds/published: kubectl knows each kind by its names and categories',
  async () => {
    const found = new Map<string, string>()
    for (const group of new Set(definitions.map((spec) => spec.group)))
      for (const row of (await kubectl('api-resources', '--api-group', group, '-o', 'wide', '--no-headers')).trim().split('\n'))
        found.set(`${row.split(/\s+/, 1)[0]}.${group}`, row.replaceAll(/\s+/g, ' ').trim())
    for (const { group, names } of definitions) {
      const { plural, kind, shortNames = [], categories = [] } = names
      const short = shortNames.length === 0 ? '' : `${shortNames.join(',')} `
      const row = new RegExp(`^${plural} ${short}${group}/\\w+ true ${kind} \\S+ ${categories.join(',')}$`)
      expect(found.get(`${plural}.${group}`)).toMatch(row)
    }
  },
  VERB_MS
)

it.each(definitions.flatMap(({ group, names, versions }) => versions.map((version) => ({ group, names, version }))))(
  'E1.1 kinds/published: $names.kind of $version.name has the columns and the schema of its definition',
  async ({ group, names, version }) => {
    const { status, body } = await platform.client.raw({
      method: 'GET',
      path: `/apis/${group}/${version.name}/namespaces/${platform.namespace}/${names.plural}`,
      headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' }
    })
    expect(status).toBe(200)
    const { columnDefinitions } = JSON.parse(body) as { columnDefinitions: readonly { name: string; priority: number }[] }
    const wanted = (version.additionalPrinterColumns ?? []).map(({ name, priority = 0 }) => [name, priority])
    expect(columnDefinitions.map(({ name, priority }) => [name, priority])).toEqual([['Name', 0], ...wanted])
  }
)

it(
  'E1.1 kinds/published: kubectl explains a kind, and gets what there is by category and short name',
  async () => {
    const text = await kubectl('explain', 'triggers.spec.subscriber', '--api-version=eventing.knative.dev/v1')
    expect(text).toMatch(/^KIND: +Trigger$/m)
    expect(text).toMatch(/^ +ref\t/m)
    await eventingUser(platform.client, platform.namespace).apply({
      apiVersion: 'messaging.knative.dev/v1',
      kind: 'InMemoryChannel',
      metadata: { name: 'seen' }
    })
    expect(await kubectl('get', 'messaging', '-o', 'name')).toContain('inmemorychannel.messaging.knative.dev/seen')
    const table = await kubectl('get', 'imc', 'seen')
    expect(table.split('\n')[0]?.trim().split(/ {2,}/)).toEqual(['NAME', 'URL', 'AGE', 'READY', 'REASON'])
  },
  VERB_MS
)
