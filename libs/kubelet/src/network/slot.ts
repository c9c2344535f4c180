/** Which of eight address ranges this node agent owns, so that several run on one machine side by side. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { errorText } from '@knative-ts/kube'
import { isAlive, startTimeOf } from '../process/process-identity.ts'
import { ipBatch, run } from '../process/run.ts'

/** A bridge of ours and the ranges that go with it: slot 0 is 10.88.0.0/16 for pods and 10.96.0.0/16 for Services. */
export interface BridgeSlot {
  readonly index: number
  readonly bridge: string
}

const slots = 8
const bridgeName = (index: number): string => `kts${index}`
const owner = (): string => `knative-ts ${process.pid} ${startTimeOf(process.pid) ?? ''}`
const aliasFile = (bridge: string): string => `/sys/class/net/${bridge}/ifalias`

/**
 * Takes the first free slot by making its bridge, which carries its owner's pid and start time as alias. A bridge whose owner is dead is removed
 * and made anew. Rejects when all are taken, or no bridge can be made.
 */
export async function takeBridgeSlot(): Promise<BridgeSlot> {
  const problems: string[] = []
  for (let index = 0; index < slots; index++) {
    const bridge = bridgeName(index)
    if (existsSync(`/sys/class/net/${bridge}`) && !(await removeIfOwnerIsDead(bridge))) {
      problems.push(`${bridge} belongs to another node agent`)
      continue
    }
    const taken = overlapping(index)
    if (taken !== undefined) {
      problems.push(`${taken} overlaps 10.${88 + index}.0.0/16 or 10.${96 + index}.0.0/16`)
      continue
    }
    try {
      await removeWires(bridge)
      await ipBatch([`link add ${bridge} type bridge forward_delay 0 stp_state 0`])
    } catch (error) {
      // Another agent may have been faster; any other reason shows for each slot, and is told at the end.
      problems.push(errorText(error))
      continue
    }
    writeFileSync(aliasFile(bridge), owner())
    await ipBatch([
      `addr add 10.${88 + index}.0.1/16 dev ${bridge}`,
      `link set ${bridge} up`,
      // The whole Service range is local to this machine: a forwarder binds any ClusterIP without assigning it first, and the route goes with the bridge.
      `route add local 10.${96 + index}.0.0/16 dev ${bridge}`
    ])
    return { index, bridge }
  }
  throw new Error(`no network bridge can be made: ${[...new Set(problems)].join('; ')}`)
}

/** True when the bridge is one of ours whose agent is gone: it is removed then. Never touches a bridge without our alias. */
async function removeIfOwnerIsDead(bridge: string): Promise<boolean> {
  const alias = aliasOf(bridge)
  // Another agent that starts at the same moment was faster.
  if (alias === undefined) return true
  const [mark, pid, startTime] = alias.trim().split(' ')
  if (mark !== 'knative-ts' || startTime === undefined || isAlive(Number(pid), startTime)) return false
  await removeBridge(bridge)
  return true
}

/** The alias of a device; undefined when there is no such device. */
function aliasOf(device: string): string | undefined {
  try {
    return readFileSync(aliasFile(device), 'utf8')
  } catch (error) {
    if (existsSync(`/sys/class/net/${device}`)) throw error
    return undefined
  }
}

/**
 * Removes a bridge of ours and its wires; one that somebody else has just removed is no error. The kernel removes a wire some time after
 * the last process of its namespace; this does not wait for that.
 */
export async function removeBridge(bridge: string): Promise<void> {
  await removeWires(bridge)
  try {
    await ipBatch([`link del ${bridge}`])
  } catch (error) {
    if (existsSync(`/sys/class/net/${bridge}`)) throw error
  }
}

async function removeWires(bridge: string): Promise<void> {
  const wires = readdirSync('/sys/class/net').filter((name) => name.startsWith(`${bridge}p`))
  // With -force the batch goes on past a wire that the kernel removed first.
  if (wires.length > 0) await run(['ip', '-force', '-batch', '-'], wires.map((wire) => `link del ${wire}\n`).join(''))
}

/** Removes bridges of ours whose agent is gone. Their veths went with the processes that held the namespaces. */
export async function removeDeadBridges(): Promise<number> {
  let removed = 0
  for (let index = 0; index < slots; index++) {
    if (existsSync(`/sys/class/net/${bridgeName(index)}`) && (await removeIfOwnerIsDead(bridgeName(index)))) removed++
  }
  return removed
}

/** An interface of this machine that already uses the slot's addresses (podman takes 10.88.0.0/16 too), or to which they are routed (another cluster). */
function overlapping(index: number): string | undefined {
  const used = (address: string): boolean => address.startsWith(`10.${88 + index}.`) || address.startsWith(`10.${96 + index}.`)
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if ((addresses ?? []).some(({ address, family }) => family === 'IPv4' && used(address))) return name
  }
  return routes().find(({ destination }) => used(destination))?.device
}

/** The machine's IPv4 routes; the file has a heading, then device and destination, which is hexadecimal with its last octet first. */
function routes(): { readonly device: string; readonly destination: string }[] {
  const [, ...lines] = readFileSync('/proc/net/route', 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [device = '', hex = ''] = line.split('\t')
    return { device, destination: Buffer.from(hex, 'hex').toReversed().join('.') }
  })
}
