/** A pod of the data plane on a real stream, for tests of the controller. */
import { eventRouting, bearer, dialGrpc } from '@knative-ts/wire'
import { eventually } from '@knative-ts/testing'

type Update = eventRouting.EventRoutingUpdate

export interface DataPlanePod {
  /** Everything that it was told, in order. */
  readonly updates: readonly Update[]
  /** Whether it acknowledges what it gets from now on. */
  acknowledges: boolean
  /** Acknowledges all that it has. */
  acknowledge(): void
  report(...deliveries: Partial<eventRouting.DeliveryState>[]): void
  leave(): void
}

export interface DataPlanePodOptions {
  readonly name?: string
  readonly address?: string
  readonly roles?: readonly string[]
  readonly token?: string
  readonly acknowledges?: boolean
}

export const allRoles = ['ingress', 'filter', 'channel', 'job-sink'] as const

/** Follows the controller on this port; resolves when it has the whole table. */
export async function followAs(port: number | undefined, options: DataPlanePodOptions = {}): Promise<DataPlanePod> {
  const { name = 'event-log-0', address = '10.0.0.7', roles = allRoles, token, acknowledges = true } = options
  const client = dialGrpc(eventRouting.EventRoutingClient, `127.0.0.1:${port}`)
  const call = client.follow(bearer(token))
  const updates: Update[] = []
  let applied = 0
  const say = (deliveries: eventRouting.DeliveryState[] = []): void =>
    void call.write({ pod: name, address, roles: [...roles], appliedSequence: applied, deliveries })
  const pod: DataPlanePod = {
    updates,
    acknowledges,
    acknowledge: () => {
      applied = Math.max(applied, ...updates.map(({ sequence }) => sequence))
      say()
    },
    report: (...deliveries) => say(deliveries.map((state) => eventRouting.DeliveryState.fromPartial(state))),
    leave: () => {
      call.end()
      client.close()
    }
  }
  call.on('data', (update: Update) => {
    updates.push(update)
    if (pod.acknowledges && !update.continues && update.sequence > 0) pod.acknowledge()
  })
  // The server's end ends the call.
  call.on('error', () => undefined)
  say()
  await eventually(() => updates.some(({ complete, continues }) => complete && !continues), 'the whole table')
  return pod
}
