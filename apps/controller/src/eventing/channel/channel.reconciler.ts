import { channelConditions, channels, readyOf, type Channel, type ChannelStatus } from '@knative-ts/api'
import { errorText, Marks, NotOwnedError, settled, type Outcome } from '@knative-ts/kube'
import type { EventingWorld } from '../eventing-world.ts'
import { markNoDeadLetter } from '../marking/dead-letter.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { tellAddress, toldAddress } from '../marking/tell-address.ts'
import type { Channelable } from './channel-kinds.ts'
import { ensureChannel } from './ensure-channel.ts'

type Current = Channel & { status: ChannelStatus }

/** A Channel is a channel of the kind that its template names, of the same name. */
export class ChannelReconciler {
  readonly #world: EventingWorld

  constructor(world: EventingWorld) {
    this.#world = world
  }

  async reconcile(channel: Current): Promise<Outcome> {
    const { status } = channel
    const marks = new Marks(status, channelConditions)
    const backing = await this.#backing(channel, marks)
    const { name = '', namespace = '' } = backing.metadata
    status.channel = { apiVersion: backing.apiVersion, kind: backing.kind, namespace, name }
    followBacking(channel, backing, marks)
    markPolicies(marks, this.#world.settings)
    return settled
  }

  async #backing(channel: Current, marks: Marks): Promise<Channelable> {
    const { metadata, spec } = channel
    try {
      if (spec.channelTemplate === undefined) throw new Error('spec.channelTemplate is empty: name a kind of channel')
      const { name = '', namespace = '' } = metadata
      const wanted = { template: spec.channelTemplate, metadata: { name, namespace }, delivery: spec.delivery }
      return await ensureChannel(this.#world.channelKinds, channel, channels, wanted)
    } catch (error) {
      const words =
        error instanceof NotOwnedError
          ? `channel "${metadata.namespace}/${metadata.name}" does not own ${error.kind} "${error.child}": delete that one, or give the Channel another name`
          : errorText(error)
      marks.false('BackingChannelReady', 'ChannelFailure', words)
      throw error
    }
  }
}

/** Takes over what the channel behind says. */
function followBacking({ spec, status }: Current, backing: Channelable, marks: Marks): void {
  const ready = readyOf(backing)
  if (ready === undefined)
    marks.unknown('BackingChannelReady', 'BackingChannelNotConfigured', 'BackingChannel has not yet been reconciled.')
  else marks.mirror('BackingChannelReady', ready)
  const { address, addresses, subscribers } = backing.status ?? {}
  assign(status, 'address', address)
  assign(status, 'addresses', addresses)
  assign(status, 'subscribers', subscribers)
  if ((address?.url ?? '') === '') marks.false('Addressable', 'EmptyHostname', 'hostname is the empty string')
  else marks.true('Addressable')
  const wanted = (backing.spec.delivery ?? spec.delivery)?.deadLetterSink !== undefined
  const told = toldAddress(backing.status, 'deadLetterSink')
  tellAddress(status, 'deadLetterSink', told)
  if (!wanted) markNoDeadLetter(marks)
  else if (told !== undefined) marks.true('DeadLetterSinkResolved')
  else {
    const words = `Backing Channel ${backing.metadata.name} didn't set status.deadLetterSinkURI`
    marks.false('DeadLetterSinkResolved', "Unable to get the DeadLetterSink's URI", words)
  }
}

function assign<K extends 'address' | 'addresses' | 'subscribers'>(
  status: ChannelStatus,
  key: K,
  value: ChannelStatus[K] | undefined
): void {
  if (value === undefined) delete status[key]
  else status[key] = value
}
