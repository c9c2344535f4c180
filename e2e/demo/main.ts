/** The main job without hands: each step printed with its time; any failure exits non-zero. Arguments go to standalone. */
import { join } from 'node:path'
import { brokers, knativeServices, pingSources, triggers, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import { errorText, type KubeClient } from '@knative-ts/kube'
import { applyFile } from '../rig/apply-yaml.ts'
import { eventingUser } from '../rig/eventing-user.ts'
import { hostOf, readyService, replicasOf, serviceOf } from '../rig/knative-service.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { root, startStandalone } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const began = performance.now()
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

async function step<T>(name: string, run: () => Promise<readonly [result: T, told: string]>): Promise<T> {
  const started = performance.now()
  process.stdout.write(`${name.padEnd(58, ' .')} `)
  const [result, told] = await run()
  process.stdout.write(`${seconds(performance.now() - started).padStart(8)}   ${told}\n`)
  return result
}

const key = { namespace: 'default', name: 'hello' }

async function demo(): Promise<void> {
  const standalone = await step('Start standalone, keeping nothing, on free ports', async () => {
    const running = await startStandalone({ args: ['--parts', 'serving,eventing', ...process.argv.slice(2)] })
    return [running, `gateway ${running.gateway}`]
  })
  const { client } = standalone
  const http = gatewayClient(standalone.gatewayPort)
  const interrupted = (): void => void standalone.stop().then(() => process.exit(130))
  process.once('SIGINT', interrupted)
  try {
    const service = await step('Apply samples/hello/service.yaml, wait for Ready', async () => {
      await applyFile(client, join(root, 'samples/hello/service.yaml'))
      const ready = await readyService(client, 'hello')
      return [ready, ready.status?.url ?? '']
    })
    const host = hostOf(service)
    const first = service.status?.latestReadyRevisionName ?? ''

    // A short window, so that the demo need not wait for a minute and a half.
    const quick = { 'autoscaling.knative.dev/window': '6s', 'autoscaling.knative.dev/target': '10' }
    const one = await step('Give it a 6 s window and a target of 10 requests a pod', async () => {
      const { metadata, spec } = serviceOf({ name: 'hello', annotations: quick, env: { TARGET: 'World' } })
      const current = await client.get(knativeServices, key)
      await client.update(knativeServices, { ...current, metadata: { ...current.metadata, ...metadata }, spec } as Service)
      const ready = await until('a new revision is ready', async () => {
        const now = await readyService(client, 'hello')
        return now.status?.latestReadyRevisionName !== first && now
      })
      const name = ready.status?.latestReadyRevisionName ?? ''
      return [name, `revision ${name}`]
    })

    const asleep = (): Promise<unknown> =>
      until('it sleeps', async () => (await replicasOf(client, one)).wanted === 0 && (await replicasOf(client, one)).ready === 0, 90_000)
    await step('Idle: scale to zero', async () => {
      await asleep()
      return [undefined, 'no pod left']
    })
    await step('First request, from zero', async () => {
      const answer = await http.get(host)
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body}`)
      return [undefined, `200 ${JSON.stringify(answer.body.trim())} in ${answer.ms.toFixed(0)} ms`]
    })
    await step('50 concurrent requests: scale out', async () => {
      const load = Array.from({ length: 50 }, async () => {
        const statuses: number[] = []
        for (let sent = 0; sent < 4; sent++) statuses.push((await http.get(host, '/?sleep=1000')).status)
        return statuses
      })
      const most = until('more than one pod is ready', async () => {
        const { ready } = await replicasOf(client, one)
        return ready > 1 && ready
      })
      const [pods, ...results] = await Promise.all([most, ...load])
      const failed = results.flat().filter((status) => status !== 200).length
      if (failed > 0) throw new Error(`${failed} of 200 requests failed`)
      return [undefined, `${pods} pods ready while loaded, 200 of 200 requests answered`]
    })

    const two = await step('A second revision takes 20 % of the traffic', async () => {
      const split = [
        { revisionName: one, percent: 80 },
        { latestRevision: true, percent: 20 }
      ]
      const { spec } = serviceOf({ name: 'hello', annotations: quick, env: { TARGET: 'Moon' }, traffic: split as never })
      const current = await client.get(knativeServices, key)
      await client.update(knativeServices, { ...current, spec } as Service)
      const ready = await until('the second revision is routed', async () => {
        const now = await readyService(client, 'hello')
        return now.status?.latestReadyRevisionName !== one && now.status?.traffic?.length === 2 && now
      })
      const name = ready.status?.latestReadyRevisionName ?? ''
      return [name, `revision ${name}`]
    })
    await step('Count the split over 200 requests', async () => {
      let moon = 0
      for (let sent = 0; sent < 200; sent++) {
        const answer = await http.get(host)
        if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body}`)
        if (answer.headers['x-revision'] === two) moon++
      }
      // Four standard deviations of a binomial with n = 200, p = 0.2.
      if (Math.abs(moon - 40) > 23) throw new Error(`${moon} of 200 requests went to the second revision, expected about 40`)
      return [undefined, `${200 - moon} : ${moon}`]
    })
    await step('A bad image is refused with its reason', async () => {
      await client.create(
        knativeServices,
        serviceOf({ name: 'broken', image: 'dev.local/no-such-image', annotations: { 'serving.knative.dev/progress-deadline': '3s' } })
      )
      const reason = await until('the Service has failed', async () => {
        const { status } = await client.get(knativeServices, { namespace: 'default', name: 'broken' })
        const ready = status?.conditions?.find(({ type }) => type === 'Ready')
        return ready?.status === 'False' && `${ready.reason}: ${ready.message}`
      })
      return [undefined, reason]
    })
    await events(client)
  } finally {
    process.removeListener('SIGINT', interrupted)
    http.close()
    await standalone.stop()
  }
}

/** Eventing, by the sample: a Broker, a Service that answers events, a Service that shows what it gets, and a source that ticks. */
async function events(client: KubeClient): Promise<void> {
  const user = eventingUser(client, 'default')
  const broker = await step('Apply samples/events/events.yaml, wait for Ready', async () => {
    await applyFile(client, join(root, 'samples/events/events.yaml'))
    const url = (await user.ready(brokers, 'default')).status?.address?.url ?? ''
    await Promise.all(['persons', 'greetings'].map((name) => user.ready(triggers, name)))
    return [url, url]
  })
  const shown = (text: string, from: string): Promise<string> =>
    until(`event-display shows ${text}`, async () =>
      (await logOf(client, 'app=event-display')).split('cloudevent').find((one) => one.includes(text) && one.includes(from))
    )
  const person = { type: 'dev.example.person', source: '/demo', contentType: 'application/json' }
  await step('An event wakes a Service from zero, its answer is shown', async () => {
    const asleep = await until('the greeter sleeps', async () => (await replicasOf(client, 'event-greeter-00001')).ready === 0, 180_000)
    const posted = performance.now()
    const { status, id } = await user.post(broker, { ...person, data: '{"name":"Ada"}' })
    if (!asleep || status !== 202) throw new Error(`the Broker answered ${status}`)
    await shown('Hello Ada!', `id: ${id}-greeting`)
    return [undefined, `202, and "Hello Ada!" after ${(performance.now() - posted).toFixed(0)} ms`]
  })
  await step('An event that is refused goes to the dead letter sink', async () => {
    const { id } = await user.post(broker, { ...person, data: '{}' })
    const letter = await shown('knativeerrorcode', `id: ${id}`)
    return [undefined, `with knativeerrorcode ${/knativeerrorcode: (\d+)/.exec(letter)?.[1] ?? ''}`]
  })
  await step('A PingSource ticks', async () => {
    await user.ready(pingSources, 'tick')
    await shown('dev.knative.sources.ping', 'sample: tick')
    return [undefined, 'every 10 s']
  })
}

/** What the pods of a selector have written. */
async function logOf(client: KubeClient, labelSelector: string): Promise<string> {
  const { items } = await client.list(pods, { namespace: 'default', labelSelector })
  const logs = items.map(({ metadata }) => client.raw({ method: 'GET', path: `/api/v1/namespaces/default/pods/${metadata.name}/log` }))
  return (await Promise.all(logs)).map(({ body }) => body).join('')
}

demo().then(
  () => console.log(`Done in ${seconds(performance.now() - began)}.`),
  (error: unknown) => {
    console.log(`FAILED: ${errorText(error)}`)
    process.exitCode = 1
  }
)
