/** The broker role as a process with a log on disk, fed by a controller of the benchmark's own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@knative-ts/kubelet/free-port'
import { FakeController } from '../../../apps/broker/src/testing/fake-controller.ts'
import { toldBroker, toldSubscription, type ToldTrigger } from '../../../apps/broker/src/testing/told.ts'
import { startRole, type Role } from './role.ts'

export interface EventPlane {
  readonly role: Role
  readonly controller: FakeController
  /** `127.0.0.1:PORT` of the broker's door; its path is `/default/b`. */
  readonly address: string
  /** Has these triggers served instead of those before; resolves when they are. */
  serve(triggers: readonly ToldTrigger[]): Promise<void>
  stop(): Promise<void>
}

export interface EventPlaneOptions {
  readonly triggers: readonly ToldTrigger[]
  readonly main?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly inside?: readonly string[]
  readonly nodeFlags?: readonly string[]
}

/** Where the log is: a disk, and not memory. `BENCH_DIR` says another. */
const place = (): string => process.env.BENCH_DIR ?? tmpdir()

/** Starts one whose broker `default/b` has these triggers. */
export async function startEventPlane({ triggers, main, env, inside, nodeFlags }: EventPlaneOptions): Promise<EventPlane> {
  const controller = await new FakeController().open()
  controller.table = { ...toldBroker, subscriptions: triggers.map(toldSubscription) }
  const directory = await mkdtemp(join(place(), 'event-log-'))
  const port = await freePort()
  const role = await startRole('broker', {
    main,
    nodeFlags: nodeFlags ?? ['--max-semi-space-size=8', '--max-old-space-size=192'],
    ...(inside === undefined ? {} : { inside }),
    env: {
      BROKER_ROLES: 'ingress,filter,channel',
      POD_NAME: 'event-log-0',
      POD_IP: '127.0.0.1',
      INGRESS_PORT: String(port),
      FILTER_PORT: '0',
      CHANNEL_PORT: '0',
      LISTEN_HOST: '127.0.0.1',
      ROUTING_ADDRESS: controller.address,
      LOG_DIR: directory,
      UV_THREADPOOL_SIZE: '8',
      ...env
    }
  })
  let served = triggers
  return {
    role,
    controller,
    address: `127.0.0.1:${port}`,
    serve: async (next) => {
      const gone = served.filter(({ name }) => !next.some((one) => one.name === name))
      served = next
      const sequence = controller.send({
        subscriptions: next.map(toldSubscription),
        removedSubscriptions: gone.map(({ name }) => `uid-${name}`)
      })
      while (controller.acknowledged < sequence) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    stop: async () => {
      await role.stop()
      await controller.close()
      await rm(directory, { recursive: true, force: true })
    }
  }
}
