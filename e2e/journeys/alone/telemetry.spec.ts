/** What an administrator switches in config-logging and config-observability, every role follows while it runs. Changes what all share. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import { secrets, type Pod, pods } from '@knative-ts/api/kubernetes'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { until } from '../../rig/until.ts'

const platform = usePlatform('telemetry')
const roles = ['controller', 'webhook', 'autoscaler', 'activator', 'gateway'] as const
type Role = (typeof roles)[number]
const system = 'knative-serving'
const word = 'open-sesame-of-telemetry'

/** Names of a role's pods that run. */
async function podsOf(role: Role): Promise<string[]> {
  const { items } = await platform.client.list<Pod>(pods, { namespace: system, labelSelector: `app=${role}` })
  return items
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === 'Running')
    .flatMap(({ metadata: { name } }) => (name === undefined ? [] : [name]))
}

/** What each pod of a role answers at a port, through the API server: nobody outside a cluster reaches its pods. */
async function ask(role: Role, port: number, path: string): Promise<{ readonly status: number; readonly body: string }[]> {
  const base = `/api/v1/namespaces/${system}/pods`
  return Promise.all((await podsOf(role)).map((pod) => platform.client.raw({ method: 'GET', path: `${base}/${pod}:${port}/proxy${path}` })))
}

async function logOf(role: Role): Promise<string> {
  const names = await podsOf(role)
  const all = await Promise.all(
    names.map((pod) => platform.client.raw({ method: 'GET', path: `/api/v1/namespaces/${system}/pods/${pod}/log?tailLines=20000` }))
  )
  return all.map(({ body }) => body).join('\n')
}

const levelsOf = (level: string | null) => Object.fromEntries(roles.map((role) => [`loglevel.${role}`, level])) as Record<string, string>

beforeAll(async () => {
  // The first question begins the measuring.
  for (const role of roles) await ask(role, 8086, '/metrics')
  await platform.configure('config-logging', levelsOf('debug'))
  await platform.client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'word', namespace: platform.namespace },
    stringData: { word }
  })
  const { host } = await platform.user.deploy({ name: 'seen', image: imageOf('inspector') })
  expect(await platform.http.get(host)).toMatchObject({ status: 200 })
}, 240_000)

it.each(roles)(
  '%s: is alive, healthy and ready, and says what it looked at',
  async (role) => {
    for (const path of ['/livez', '/healthz', '/readyz']) {
      const answers = await ask(role, 8086, `${path}?verbose=1`)
      expect(answers.length).toBeGreaterThan(0)
      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^(\[\+\].* ok\n)+ok\n$/) })
    }
  },
  60_000
)

it.each(roles)(
  '%s: its log has details while its level is debug, in JSON, and no secrets',
  async (role) => {
    const log = await until(
      `${role} logs at debug`,
      async () => {
        const text = await logOf(role)
        return text.includes('"severity":"debug"') || (text.includes('"level":"debug"') && role !== 'webhook') ? text : undefined
      },
      60_000,
      500
    )
    // Another suite may have had its spans written there, which is what the protocol `stdout` is for.
    const lines = log.split('\n').filter((line) => line !== '' && !line.includes('"spanId":'))
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ severity: expect.any(String), logger: role, timestamp: expect.any(String) })
    // Tokens are JWTs, keys are PEM.
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.eyJ|PRIVATE KEY|[Bb]earer [\w-]{8,}/)
    expect(log).not.toContain(word)
  },
  120_000
)

it('a level that is taken back is the one of all again', async () => {
  await platform.configure('config-logging', { ...levelsOf('info'), 'loglevel.controller': 'warn' })
  const changed = async (role: Role, level: string): Promise<boolean> => {
    const lines = (await logOf(role)).split('\n').filter((line) => line.includes('"message":"log level"'))
    return lines.at(-1)?.includes(`"level":"${level}"`) === true
  }
  for (const role of roles.filter((each) => each !== 'controller'))
    await until(`${role} logs at info again`, () => changed(role, 'info'), 60_000, 500)
}, 120_000)

it.each(roles)(
  '%s: what it exposes is in docs/metrics.md, and what is there it exposes',
  async (role) => {
    const text = (await ask(role, 8086, '/metrics')).map(({ body }) => body).join('\n')
    const exposed = new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${name} ${kind}`))
    const { all, always } = documented(role)
    expect([...exposed].filter((name) => !all.has(name))).toEqual([])
    expect([...always].filter((name) => !exposed.has(name))).toEqual([])
  },
  60_000
)

it('metrics are served at upstream’s port while the protocol is prometheus, profiles while profiling is enabled', async () => {
  await platform.configure('config-observability', { 'metrics-protocol': 'prometheus', 'runtime-profiling': 'enabled' })
  for (const role of roles) {
    await until(
      `${role} serves metrics`,
      async () =>
        (await ask(role, 9090, '/metrics')).every(({ status, body }) => status === 200 && body.includes(`service_name="${role}"`)),
      60_000,
      500
    )
    await until(
      `${role} serves profiles`,
      async () => (await ask(role, 8008, '/debug/pprof/')).every(({ status }) => status === 200),
      60_000,
      500
    )
  }
  const [profile] = await ask('gateway', 8008, '/debug/pprof/profile?seconds=1&format=v8')
  expect(JSON.parse(profile?.body ?? '')).toMatchObject({ nodes: expect.any(Array), samples: expect.any(Array) })
  await platform.configure('config-observability', { 'metrics-protocol': 'none', 'runtime-profiling': 'disabled' })
  for (const role of roles)
    for (const [port, path] of [
      [9090, '/metrics'],
      [8008, '/debug/pprof/']
    ] as const)
      await until(
        `${role} has closed port ${port}`,
        async () => (await ask(role, port, path)).every(({ status }) => status !== 200),
        60_000,
        500
      )
}, 300_000)

/** `name kind` of what docs/metrics.md has for a role: everything, and what is there without having to be counted first. */
function documented(role: Role): { readonly all: Set<string>; readonly always: Set<string> } {
  const titles = ['Every role', role]
  if (role !== 'gateway') titles.push('Kubernetes client')
  if (role === 'controller' || role === 'autoscaler') titles.push('Work queues')
  const sections = readFileSync(join(root, 'docs/metrics.md'), 'utf8').split(/^## /m)
  const all = new Set<string>()
  const always = new Set<string>()
  for (const section of sections.filter((text) => titles.includes(text.split('\n', 1)[0] ?? '')))
    for (const [, name, mark, kind] of section.matchAll(/^\| `(\w+)`( †)? *\| (\w+) *\|/gm)) {
      all.add(`${name} ${kind}`)
      if (mark === undefined) always.add(`${name} ${kind}`)
    }
  return { all, always }
}
