/** Plays one case in a namespace of its own and collects what is compared. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { exchange, collectionOf, type Scene } from './exchange.ts'
import { framesOf } from './protobuf-frames.ts'
import { expand, pick } from './expand.ts'
import type { Hooks } from './hooks.ts'
import { Normal } from './normal.ts'
import type { RawAnswer, RawClient } from './raw-client.ts'
import type { Answer, Case, Step } from './recorded-case.ts'
import { viewOf } from './view.ts'

const WAIT_MS = 120_000
const SETTLE_MS = 60_000
/** For the events that a case says will come, however slow the machine. */
const EVENTS_MS = 60_000
const WATCH_MS = 2_000
const POLL_MS = 50
/** How often an update of the live object tries again when a controller wrote in between. */
const UPDATE_TRIES = 5

interface Play extends Scene {
  readonly hooks: Hooks
  readonly normal: Normal
  readonly values: Map<string, string>
}

/** Runs the case in `namespace`, which it makes and leaves to the garbage; resolves with its answers. */
export async function runCase(client: RawClient, one: Case, namespace: string, hooks: Hooks): Promise<readonly Answer[]> {
  const values = new Map([['NS', namespace], ...hooks.values])
  const play: Play = { client, namespace, hooks, created: new Set(), normal: new Normal(), values }
  for (const [name, value] of values) play.normal.learn(value, `$${name}`)
  const metadata = { name: namespace, labels: { oracle: 'case', ...one.labels } }
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata })
  await client.send({ method: 'POST', path: '/api/v1/namespaces', headers: { 'content-type': 'application/json' }, body })
  const root = `/api/v1/namespaces/${namespace}`
  const appears = (path: string) => until(SETTLE_MS, async () => (await client.send({ path: `${root}/${path}` })).status === 200)
  if (one.settled === true) await appears('configmaps/kube-root-ca.crt')
  if (one.pods === true) await appears('serviceaccounts/default')
  try {
    return await runSteps(play, one.steps)
  } finally {
    const gone = (path: string, options?: string) =>
      client.send({
        method: 'DELETE',
        path,
        ...(options === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: options })
      })
    for (const path of [...play.created].toReversed()) await gone(path)
    // Pods on a node that does not exist would hold their namespace for their grace period.
    if (one.pods === true) await gone(`${root}/pods`, '{"gracePeriodSeconds":0}')
    await gone(root)
  }
}

async function runSteps(play: Play, steps: readonly Step[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const step of steps) {
    const answer = await runStep(play, expand(step, play.values))
    if (step.silent !== true) answers.push(answer)
  }
  return answers
}

async function runStep(play: Play, step: Step): Promise<Answer> {
  if (step.verb === 'sleep') {
    await pause(step.ms)
    return { slept: step.ms }
  }
  if (step.verb === 'received') return received(play, step)
  if (step.verb === 'watch') return watch(play, step)
  if (step.verb === 'wait') return wait(play, step)
  play.normal.expectPrefix(step.object?.metadata?.['generateName'])
  let answer = await exchange(play, step)
  const mayRetry = step.change !== undefined && !('resourceVersion' in (step.change.metadata ?? {}))
  let tries = mayRetry ? UPDATE_TRIES : 0
  while (answer.status === 409 && tries-- > 0) answer = await exchange(play, step)
  capture(play, step, answer)
  return viewOf(step, answer, play.normal)
}

function capture({ values, normal }: Play, step: Step, { json }: RawAnswer): void {
  for (const [name, path] of Object.entries(step.capture ?? {})) {
    const value = String(pick(json, path) ?? '')
    values.set(name, value)
    // Shorter words stand in too many places.
    if (value.length > 2) normal.learn(value, `$${name}`)
  }
}

async function wait(play: Play, step: Step): Promise<Answer> {
  let last = await exchange(play, { ...step, verb: step.verb2 ?? 'get' })
  const isMet = () =>
    last.status === (step.status ?? 200) &&
    Object.entries(step.where ?? {}).every(([path, value]) => JSON.stringify(pick(last.json, path) ?? null) === JSON.stringify(value))
  const met = await until(step.timeoutMs ?? WAIT_MS, async () => {
    if (isMet()) return true
    last = await exchange(play, { ...step, verb: step.verb2 ?? 'get' })
    return isMet()
  })
  capture(play, step, last)
  return { met, ...(step.show === undefined ? {} : viewOf(step, last, play.normal)) }
}

/** What a namespace has of its own, and objects that only tell when a webhook has begun to work. */
const UNASKED = ['probe', 'kube-root-ca.crt']

/** What the case's webhooks of one tag were asked about the case's own objects. */
function received({ hooks, namespace, normal }: Play, { tag = '', show }: Step): Answer {
  const requests = hooks
    .received(namespace, tag)
    .map(({ request, ...rest }) => ({ ...rest, request: request as Readonly<Record<string, unknown>> }))
    .filter(({ request }) => !UNASKED.includes(String(request['name'])))
  const shown = requests.map((one) =>
    Array.isArray(show) ? Object.fromEntries(show.map((at: string) => [at, pick(one.request, at)])) : one
  )
  return { received: normal.of(JSON.parse(JSON.stringify(shown))) }
}

async function watch(play: Play, step: Step): Promise<Answer> {
  const { client, namespace, normal } = play
  const path = collectionOf(step, namespace)
  const response = await client.open({ path, query: { watch: 'true', ...step.query }, ...(step.headers && { headers: step.headers }) })
  const lines: string[] = []
  let ended = false
  const isOpen = response.statusCode === 200
  const reader = step.decoded === true && isOpen ? framesOf(response) : createInterface({ input: response })
  reader.on('line', (line: string) => lines.push(line))
  reader.on('error', () => undefined)
  const end = once(reader, 'close').then(() => (ended = true))
  if (!isOpen) {
    await end
    return viewOf(
      step,
      { status: response.statusCode ?? 0, contentType: undefined, warnings: [], text: '', json: JSON.parse(lines.join('')) },
      normal
    )
  }
  const answers = await runSteps(play, step.steps ?? [])
  // One event more than expected would be a difference: wait a little for it when all have come.
  const { events: expected, within = WATCH_MS, quiet = within } = step
  if (expected !== undefined) await until(EVENTS_MS, () => ended || lines.length >= expected)
  await until(quiet, () => ended || (expected !== undefined && lines.length > expected))
  // The end comes with the refusal, or just behind it.
  if (lines.at(-1)?.startsWith('{"type":"ERROR"') === true) await until(EVENTS_MS, () => ended)
  const hasEnded: boolean = ended
  response.destroy()
  const events = lines.map((line) => JSON.parse(line) as { type: string; object: { metadata?: { annotations?: object } } })
  return {
    status: 200,
    ...(answers.length > 0 && { steps: answers }),
    ...(hasEnded ? { ended: true } : {}),
    events: events
      .filter(({ type, object }) => step.bookmarks === true || type !== 'BOOKMARK' || object.metadata?.annotations !== undefined)
      .map(({ type, object }) => {
        const shown: Step = type === 'BOOKMARK' ? { ...step, show: ['kind', 'metadata.annotations'] } : step
        return { type, ...viewOf(shown, { contentType: undefined, warnings: [], text: '', json: object }, normal) }
      })
  }
}

async function until(milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; ; await pause(POLL_MS)) {
    if (await isSo()) return true
    if (Date.now() > deadline) return false
  }
}
