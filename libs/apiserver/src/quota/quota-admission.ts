/** The ResourceQuota admission plugin: what is created, or grows, is charged to the namespace's quotas, or refused with 403. */
import type { KubeObject } from '@knative-ts/api'
import type { Pod, ResourceQuota } from '@knative-ts/api/kubernetes'
import { storageOf } from '../builtin/rules.ts'
import { forbidden } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { amountOf, amountText, minus, plus, zero, type Amount, type Usage } from './amount.ts'
import { isInScope, unsaid, usageOf } from './usage.ts'

const QUOTAS = '/resourcequotas'

/** Takes back what was charged, for an object that came to nothing. */
export type Refund = () => Promise<void>

const nothing: Refund = () => Promise.resolve()

/** Kinds whose updates may use more than before; other kinds are charged when they are created. */
const GROWING = new Set(['/services', '/persistentvolumeclaims'])

/** Whether an update uses more of something that a quota of the namespace limits. */
export function growsUsage(world: World, call: Call, object: KubeObject, before: KubeObject): boolean {
  const storage = storageOf(call.type)
  if (!GROWING.has(storage) || call.subresource !== '' || world.store.list(QUOTAS, call.namespace).length === 0) return false
  return Object.keys(more(usageOf(storage, object), usageOf(storage, before))).length > 0
}

/** What `now` uses beyond `before`. */
function more(now: Usage, before: Usage): Usage {
  const grown = Object.entries(now).map(([name, amount]): [string, Amount] => [name, minus(amount, before[name] ?? zero)])
  return Object.fromEntries(grown.filter(([, amount]) => amount.milli > zero.milli))
}

/**
 * Charges in one write a quota, so that two creations never take the same room. Only resources that its controller has measured count.
 * `before`: of an update; only what grows is charged.
 */
export async function chargeQuotas(world: World, call: Call, object: KubeObject, before?: KubeObject): Promise<Refund> {
  if (!call.type.namespaced || call.subresource !== '') return nothing
  const quotas = world.store.list(QUOTAS, call.namespace)
  if (quotas.length === 0) return nothing
  const storage = storageOf(call.type)
  if (before !== undefined && !GROWING.has(storage)) return nothing
  const usage = before === undefined ? usageOf(storage, object) : more(usageOf(storage, object), usageOf(storage, before))
  const charged: { readonly name: string; readonly part: Usage }[] = []
  const refund = async (): Promise<void> => {
    for (const { name, part } of charged) await change(world, call, name, part, -1)
  }
  for (const stored of quotas) {
    const quota = stored.object as ResourceQuota
    const hard = Object.keys(quota.status?.hard ?? {})
    const part = Object.fromEntries(Object.entries(usage).filter(([name]) => hard.includes(name)))
    if (!isInScope(quota.spec, storage, object)) continue
    const name = quota.metadata.name ?? ''
    try {
      const silent = storage === '/pods' && before === undefined ? unsaid(hard, (object as Pod).spec) : []
      if (silent.length > 0)
        throw forbidden(call.type, object.metadata.name ?? '', `failed quota: ${name}: must specify ${silent.join('; ')}`)
      if (Object.keys(part).length === 0) continue
      await change(world, call, name, part, 1, object.metadata.name ?? '')
      if (!call.dryRun) charged.push({ name, part })
    } catch (error) {
      await refund()
      throw error
    }
  }
  return refund
}

async function change(world: World, call: Call, name: string, part: Usage, sign: 1 | -1, asker = ''): Promise<void> {
  await world.store.write({ resource: QUOTAS, namespace: call.namespace, name }, (current) => {
    if (current === undefined) return { kind: 'unchanged' }
    const quota = current.object as ResourceQuota
    const used = { ...quota.status?.used }
    const over: string[] = []
    for (const [resource, amount] of Object.entries(part)) {
      const before = amountOf(used[resource])
      const after = sign === 1 ? plus(before, amount) : minus(before, amount)
      const hard = quota.status?.hard?.[resource]
      if (sign === 1 && hard !== undefined && amount.milli > zero.milli && after.milli > amountOf(hard).milli) over.push(resource)
      used[resource] = amountText(after)
    }
    if (over.length > 0) throw forbidden(call.type, asker, exceeded(quota, part, over.sort()))
    if (call.dryRun) return { kind: 'unchanged' }
    return { kind: 'put', object: { ...quota, status: { ...quota.status, used } } as KubeObject }
  })
}

function exceeded({ metadata, status }: ResourceQuota, part: Usage, over: readonly string[]): string {
  const list = (textOf: (resource: string) => string) => over.map((resource) => `${resource}=${textOf(resource)}`).join(',')
  const requested = list((resource) => amountText(part[resource] ?? zero))
  const used = list((resource) => status?.used?.[resource] ?? '0')
  const limited = list((resource) => status?.hard?.[resource] ?? '0')
  return `exceeded quota: ${metadata.name}, requested: ${requested}, used: ${used}, limited: ${limited}`
}
