import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createUpstreamPool, type UpstreamPool } from '@knative-ts/proxy'
import { type BundledRole, bundleRole, eventually, freePorts, RoleProcess, seededRandom } from '@knative-ts/testing'
import { ControlledSink } from './testing/controlled-sink.ts'
import { FakeController } from './testing/fake-controller.ts'
import { toldBroker, toldSubscription } from './testing/told.ts'

let bundle: BundledRole
beforeAll(async () => {
  bundle = await bundleRole(fileURLToPath(new URL('main.ts', import.meta.url)))
}, 120_000)
afterAll(() => bundle?.remove())

describe('the event log as a process', () => {
  let controller: FakeController
  let sink: ControlledSink
  let directory: string
  let pool: UpstreamPool
  let ports: number[]
  let role: RoleProcess
  beforeEach(async () => {
    controller = await new FakeController().open()
    sink = await new ControlledSink().open()
    directory = await mkdtemp(join(tmpdir(), 'event-log-'))
    await writeFile(join(directory, 'token'), 'my token\n')
    pool = createUpstreamPool()
    ports = await freePorts(3)
    controller.table = {
      ...toldBroker,
      subscriptions: [
        toldSubscription({ name: 'all', subscriber: sink.url('/all') }),
        toldSubscription({ name: 'picky', subscriber: sink.url('/picky'), deadLetter: sink.url('/dead'), ordered: true })
      ]
    }
  })
  afterEach(async () => {
    role?.kill('SIGKILL')
    await role?.ended
    pool.close()
    await sink.close()
    await controller.close()
    await rm(directory, { recursive: true, force: true })
  })

  const start = async (): Promise<RoleProcess> => {
    const [ingress, filter, channel] = ports.map(String)
    role = await RoleProcess.start(bundle, {
      env: {
        BROKER_ROLES: 'ingress,filter,channel',
        POD_NAME: 'event-log-0',
        POD_IP: '10.88.0.7',
        LISTEN_HOST: '127.0.0.1',
        INGRESS_PORT: ingress ?? '',
        FILTER_PORT: filter ?? '',
        CHANNEL_PORT: channel ?? '',
        ROUTING_ADDRESS: controller.address,
        KUBERNETES_SERVICEACCOUNT_DIRECTORY: directory,
        LOG_DIR: join(directory, 'log'),
        DRAIN_LEAST_MS: '100'
      }
    })
    return role
  }

  /** The status; 0 when there was no answer. */
  const publish = async (id: string, key: string): Promise<number> => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': id, 'ce-type': 'test', 'ce-source': '/test', 'ce-partitionkey': key }
    try {
      const { status } = await pool.request(`127.0.0.1:${ports[0]}`, {
        method: 'POST',
        target: '/default/b',
        headers,
        body: Buffer.from(id),
        timeoutMs: 10_000
      })
      return status
    } catch {
      // Killed: whether it was taken is not known.
      return 0
    }
  }

  it('acknowledges what it serves, says who it is, and ends in good order', async () => {
    await (await start()).ready()
    await eventually(() => controller.acknowledged === 1, 'the table to be acknowledged')
    expect(controller.tokens).toEqual(['my token'])
    expect(controller.reports[0]).toMatchObject({ pod: 'event-log-0', address: '10.88.0.7', roles: ['ingress', 'filter', 'channel'] })
    expect(await publish('1', 'k')).toBe(202)
    await eventually(() => sink.ids('/all').length === 1 && sink.ids('/picky').length === 1, 'both deliveries')
    const sequence = controller.send({ removedSubscriptions: ['uid-picky'] })
    await eventually(() => controller.acknowledged === sequence, 'the change to be acknowledged')
    expect(await publish('2', 'k')).toBe(202)
    await eventually(() => sink.ids('/all').length === 2, 'the second delivery')
    expect(sink.ids('/picky')).toEqual(['1'])
    role.kill('SIGTERM')
    expect(await role.ended).toBe(0)
  }, 240_000)

  it('tells the controller which subscription fails, why and since when, and when it does no more', async () => {
    sink.answer = ({ path }) => (path === '/picky' ? 400 : 202)
    await (await start()).ready()
    const told = (uid: string) => controller.reports.flatMap(({ deliveries }) => deliveries).findLast((one) => one.subscriptionUid === uid)
    await publish('1', 'k')
    await eventually(() => told('uid-picky')?.lastError === `${sink.url('/picky')}: answered 400`, 'the last error')
    expect(told('uid-picky')?.failingSinceMs).toBeGreaterThan(Date.now() - 60_000)
    expect(told('uid-all')).toBeUndefined()
    sink.answer = () => 202
    await publish('2', 'k')
    await eventually(() => told('uid-picky')?.lastError === '', 'the good news')
  }, 240_000)

  it('loses nothing that it answered 202, however often it is killed: delivered or dead-lettered, in order by key', async () => {
    const random = seededRandom(8)
    const poison = (id: string): boolean => Number(id) % 10 === 7
    sink.answer = ({ path, id }) => (path === '/picky' && poison(id) ? 400 : 202)
    await (await start()).ready()
    const taken: number[] = []
    let next = 0
    let publishing = true
    /** Each lane has a key of its own, and waits for an answer before its next event: only then is there an order to keep. */
    const lane = async (key: number): Promise<void> => {
      while (publishing) {
        const id = next++
        const status = await publish(String(id), `key-${key}`)
        if (status === 202) taken.push(id)
        else await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const lanes = Array.from({ length: 8 }, (_, key) => lane(key))
    for (let kill = 0; kill < 3; kill++) {
      const goal = taken.length + 100 + Math.floor(random() * 300)
      await eventually(() => taken.length >= goal, `${goal} events taken`, 60_000)
      role.kill('SIGKILL')
      await role.ended
      await (await start()).ready()
    }
    publishing = false
    await Promise.all(lanes)
    const at = (path: string): Set<number> => new Set(sink.ids(path).map(Number))
    const missing = (): number[] => {
      const [all, picky, dead] = [at('/all'), at('/picky'), at('/dead')]
      return taken.filter((id) => !all.has(id) || !picky.has(id) || (poison(String(id)) && !dead.has(id)))
    }
    await eventually(() => missing().length === 0, 'all that was taken', 60_000)
    for (let key = 0; key < 8; key++) {
      const firsts = new Set(
        sink.arrivals
          .filter((one) => one.path === '/picky' && one.headers.get('ce-partitionkey') === `key-${key}`)
          .map(({ id }) => Number(id))
      )
      const order = [...firsts].filter((id) => taken.includes(id))
      expect(order).toEqual(order.toSorted((one, other) => one - other))
    }
  }, 240_000)
})
