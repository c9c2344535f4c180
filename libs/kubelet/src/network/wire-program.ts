/** The program that makes a pod's network: a namespace, a wire to the bridge, an address, a route. It stays, and holds the namespace. Pure. */
import { kernel } from '../isolation/kernel.ts'
import { becomeWatcher, factKinds } from '../isolation/launcher/preamble.ts'
import { type Cell, Program } from '../isolation/launcher/program.ts'

/** A pod's end of the wire, and the machine's. */
export interface Wire {
  /** Name of the machine's end. */
  readonly veth: string
  /** Of the bridge. */
  readonly bridgeIndex: number
  readonly address: string
  /** Bits of the network's part. */
  readonly prefix: number
  readonly gateway: string
}

const AF_INET = 2
const AF_NETLINK = 16
const SOCK_DGRAM = 2
const SOCK_RAW = 3
const RTM_NEWLINK = 16
/** Request, acknowledged, of something new. */
const NLM_FLAGS = 0x1 | 0x4 | 0x200 | 0x400
const IFF_UP = 1
const attribute = { name: 3, master: 10, linkInfo: 18, namespace: 28, kind: 1, data: 2, peer: 1 } as const
const SIOCADDRT = 0x890b
const SIOCSIFFLAGS = 0x8914
const SIOCSIFADDR = 0x8916
const SIOCSIFNETMASK = 0x891c
/** Up, and through a gateway. */
const RTF_FLAGS = 0x3
/** The descriptor of the new namespace, as the message has it. */
const namespaceNumber = 950

/** The agent hears `started` with the pid of the process that holds the namespace. */
export function wireProgram(wire: Wire): Program {
  const program = new Program()
  becomeWatcher(program)
  // A socket belongs to the namespace that it was made in: this one makes the wire from the machine's side.
  const machine = program.cell()
  program.call('socket', [AF_NETLINK, SOCK_RAW | kernel.O_CLOEXEC, 0], { store: machine })
  program.call('unshare', [kernel.CLONE_NEWNET], { doing: 'make a network namespace' })
  const namespace = program.cell()
  program.call('openat', [kernel.AT_FDCWD, program.text('/proc/self/ns/net'), kernel.O_CLOEXEC], { store: namespace })
  program.call('dup2', [namespace, namespaceNumber])
  const message = newLink(wire)
  const doing = `make the wire ${wire.veth}`
  program.call('sendto', [machine, program.bytes(message), message.length, 0, 0, 0], { doing })
  // The answer: what it says shows in the next calls, which need the device.
  program.call('recvfrom', [machine, program.bytes(Buffer.alloc(1024)), 1024, 0, 0, 0], { doing })
  configure(program, wire, doing)
  program.call('close_range', [3, 999, 0])
  const started = program.fact(factKinds.started)
  program.call('getpid', [], { store: started.value })
  program.tell(started)
  const wait = program.label()
  program.place(wait)
  program.call('pause', [], { mayFail: true, jump: { when: 'always', to: wait } })
  return program
}

function configure(program: Program, { address, prefix, gateway }: Wire, doing: string): void {
  const pod = program.cell()
  program.call('socket', [AF_INET, SOCK_DGRAM | kernel.O_CLOEXEC, 0], { store: pod })
  const set = (request: number, device: string, value: Buffer, what: string, on: Cell = pod): void => {
    const asked = Buffer.alloc(40)
    asked.write(device)
    value.copy(asked, 16)
    program.call('ioctl', [on, request, program.bytes(asked)], { doing: what })
  }
  const up = Buffer.from([IFF_UP, 0])
  const mask = [24, 16, 8, 0].map((shift) => ((0xffff_ffff << (32 - prefix)) >>> shift) & 0xff).join('.')
  set(SIOCSIFFLAGS, 'lo', up, 'bring localhost up')
  set(SIOCSIFADDR, 'eth0', socketAddress(address), `${doing} and give it the address ${address}`)
  set(SIOCSIFNETMASK, 'eth0', socketAddress(mask), 'set the network mask')
  set(SIOCSIFFLAGS, 'eth0', up, 'bring the wire up')
  const route = Buffer.alloc(120)
  for (const [at, value] of [
    [8, '0.0.0.0'],
    [24, gateway],
    [40, '0.0.0.0']
  ] as const)
    socketAddress(value).copy(route, at)
  route.writeUInt16LE(RTF_FLAGS, 56)
  program.call('ioctl', [pod, SIOCADDRT, program.bytes(route)], { doing: `route to ${gateway}` })
}

/** struct sockaddr_in */
function socketAddress(address: string): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(AF_INET, 0)
  bytes.set(address.split('.').map(Number), 4)
  return bytes
}

/** The message of rtnetlink(7) that makes both ends: the machine's, attached to the bridge and up, and eth0 in the new namespace. */
function newLink({ veth, bridgeIndex }: Wire): Buffer {
  const peer = Buffer.concat([deviceHeader(0), field(attribute.name, text('eth0')), field(attribute.namespace, number(namespaceNumber))])
  const info = Buffer.concat([field(attribute.kind, text('veth')), field(attribute.data, field(attribute.peer, peer))])
  const body = Buffer.concat([
    deviceHeader(IFF_UP),
    field(attribute.name, text(veth)),
    field(attribute.master, number(bridgeIndex)),
    field(attribute.linkInfo, info)
  ])
  const header = Buffer.alloc(16)
  header.writeUInt32LE(header.length + body.length, 0)
  header.writeUInt16LE(RTM_NEWLINK, 4)
  header.writeUInt16LE(NLM_FLAGS, 6)
  return Buffer.concat([header, body])
}

/** struct ifinfomsg: the flags are also the mask of what is to change. */
function deviceHeader(flags: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(flags, 8)
  bytes.writeUInt32LE(flags, 12)
  return bytes
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`)

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** struct rtattr and its payload, padded to four bytes. */
function field(type: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(payload.length / 4) * 4)
  bytes.writeUInt16LE(4 + payload.length, 0)
  bytes.writeUInt16LE(type, 2)
  payload.copy(bytes, 4)
  return bytes
}
