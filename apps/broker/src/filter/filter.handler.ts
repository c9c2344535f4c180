/** The door of triggers, `/triggers/namespace/name/uid`, for channels that others keep (reference 3.3). */
import { withAttributes } from '@knative-ts/eventing'
import { type Exchange, fieldLine, type Handler, type HeaderFields } from '@knative-ts/proxy'
import { type Answer, isSuccess } from '../delivery/answer.ts'
import type { Outgoing } from '../delivery/outgoing.ts'
import { outgoingOf } from '../delivery/parcel.ts'
import { replyIn } from '../delivery/reply.ts'
import type { Sender } from '../delivery/sender.ts'
import { targetOfKnown } from '../delivery/target.ts'
import { attributes } from '../event-attributes.ts'
import { headerText } from '../http/answers.ts'
import { readRequest, type RequestEvent } from '../http/read-request.ts'
import { withBody } from '../http/with-body.ts'
import type { Intake } from '../ingress/intake.ts'
import type { Destination } from '../table/destination.ts'
import type { EventTable } from '../table/event-table.ts'
import type { Trigger } from '../table/subscription.ts'
import { eventFields } from './event-fields.ts'
import { triggerPath } from './trigger-path.ts'

export interface FilterOptions {
  readonly table: EventTable
  readonly sender: Sender
  readonly intake: Intake
  readonly mostBytes: number
}

const allow = { Allow: 'POST' }
const json = { ...allow, 'Content-Type': 'application/json' }

export function filterHandler(options: FilterOptions): Handler {
  const { table, mostBytes } = options
  return (exchange) => {
    const { method, target } = exchange.request
    if (method !== 'POST') return refuse(exchange, 405)
    const path = triggerPath(target)
    if (path === undefined) return refuse(exchange, 400, 'the path is not /triggers/namespace/name/uid')
    return withBody(exchange, mostBytes, (body) => {
      const trigger = table.triggers.get(path.key)
      if (trigger === undefined) return refuse(exchange, 404, 'there is no such trigger')
      if (trigger.uid !== path.uid) return refuse(exchange, 400, 'the trigger is another one by now')
      const read = readRequest(exchange, body)
      if (typeof read === 'string') return refuse(exchange, 400, read)
      if (path.relay === 'reply') return relayReply(options, exchange, trigger, read)
      if (path.relay === 'dls') return relayDeadLetter(options, exchange, trigger, read)
      return evaluate(options, exchange, trigger, read)
    })
  }
}

/** The reply of a subscriber that a channel brings back. */
async function relayReply({ intake }: FilterOptions, exchange: Exchange, trigger: Trigger, { event, passed }: RequestEvent): Promise<void> {
  const { status, reason } = await intake.accept(trigger.broker, event, passed)
  refuse(exchange, status, reason)
}

/** What a channel could not deliver. */
function relayDeadLetter(
  options: FilterOptions,
  exchange: Exchange,
  trigger: Trigger,
  { event, passed }: RequestEvent
): void | Promise<void> {
  for (const { trigger: own, deadLetter } of options.table.subscriptions.values()) {
    if (own?.uid !== trigger.uid || deadLetter === undefined) continue
    const outgoing = outgoingOf(event, '', passed)
    return pass(options, exchange, deadLetter, outgoing, undefined)
  }
  return refuse(exchange, 404, 'the trigger has no dead letter sink')
}

function evaluate(options: FilterOptions, exchange: Exchange, trigger: Trigger, { event, passed }: RequestEvent): void | Promise<void> {
  const ttl = event.attributes.get(attributes.ttl)
  if (ttl === undefined || !/^[+-]?\d+$/.test(ttl))
    return refuse(exchange, 400, 'the event did not come through a broker (knativebrokerttl)')
  const visible = withAttributes(event, { [attributes.ttl]: undefined })
  if (!trigger.filter.matches(visible)) return refuse(exchange, 200)
  if (trigger.subscriber === undefined) return refuse(exchange, 404, 'the subscriber is not resolved')
  const { fields, body } = outgoingOf(visible, trigger.format, passed)
  const namespace = trigger.key.split('/', 1)[0] as string
  const outgoing = { fields: `${fields}${fieldLine('Prefer', 'reply')}${fieldLine('Kn-Namespace', namespace)}`, body }
  return pass(options, exchange, trigger.subscriber, outgoing, ttl)
}

/** Makes one attempt, and answers with what came of it. */
function pass(
  { sender }: FilterOptions,
  exchange: Exchange,
  destination: Destination,
  outgoing: Outgoing,
  ttl: string | undefined
): void | Promise<void> {
  const target = targetOfKnown(destination)
  if ('problem' in target) return refuse(exchange, 500, target.problem)
  return new Promise((resolve) => {
    sender.post(target, outgoing, undefined, (answer) => {
      answerWith(exchange, destination.url, answer, ttl)
      resolve()
    })
  })
}

function answerWith(exchange: Exchange, url: string, answer: Answer, ttl: string | undefined): void {
  const { status = 500, problem, body } = answer
  if (!isSuccess(answer)) {
    const text = answer.status === undefined ? Buffer.from(`dispatch error: ${problem}`) : Buffer.from(body)
    // The dispatcher takes the true destination and its answer from here (reference 3.7).
    exchange.respond(status, json, JSON.stringify({ errdestination: url, errresponsebody: text.toString('base64') }))
    return
  }
  const found = replyIn(answer)
  if (found.kind === 'none') refuse(exchange, status)
  else if (found.kind === 'other') refuse(exchange, 502, found.reason)
  else if (found.kind === 'refused') refuse(exchange, 400, found.reason)
  else {
    const reply = withAttributes(found.event, { [attributes.ttl]: ttl })
    const written = eventFields(reply, found.passed)
    exchange.respond(status, { ...allow, ...written.fields }, written.body)
  }
}

function refuse(exchange: Exchange, status: number, reason = ''): void {
  const fields: HeaderFields = reason === '' ? allow : { ...allow, Reason: headerText(reason) }
  exchange.respond(status, fields)
}
