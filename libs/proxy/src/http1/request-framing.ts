import { isIPv6 } from 'node:net'
import { listHolds, trimmed } from '../header-list.ts'
import { COLON, SP, hostByte } from './bytes.ts'
import type { FaultCode } from './fault.ts'
import { fieldKinds } from './field-name.ts'
import type { Head } from './head.ts'
import { escapesAreWhole, reduceTarget } from './target.ts'

/** What the fields of a request head say about its frame. */
export interface RequestFrame {
  /** Origin-form path and query, or `*`; undefined when the received target is that already. */
  target: string | undefined
  /** Bytes of the body; -1 for chunked. */
  bodyLength: number
  /** The connection may serve another request. */
  keepAlive: boolean
  upgrade: string | undefined
  expectsContinue: boolean
}

/** More digits than a safe integer needs are an attack or a mistake. */
const mostDigits = 15
/** Nominating one of these in `Connection` would have a later hop frame or route the message differently. */
const neverNominated = new Set(['host', 'content-length', 'transfer-encoding', 'content-type', 'authorization'])

/** What may not come as a trailer because it frames the message, and is announced by who hopes that somebody believes it (as Go has it). */
const neverAnnounced = new Set(['content-length', 'transfer-encoding', 'trailer'])
const tokenText = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** One or more protocols, each a name with or without a version (RFC 9110 7.8). */
const protocols = /^(?:[!#$%&'*+.^_`|~0-9a-z-]+(?:\/[!#$%&'*+.^_`|~0-9a-z-]+)?(?:[ \t]*,[ \t]*(?!$)|$))+$/

const SLASH = 0x2f
const hostOnly = (1 << fieldKinds.plain) | (1 << fieldKinds.host)
/** Filled anew for each request: nothing on this path allocates. */
const frame: RequestFrame = { target: undefined, bodyLength: 0, keepAlive: true, upgrade: undefined, expectsContinue: false }

/**
 * Applies the rules of RFC 9112 sections 3 and 6 without mercy: whatever two recipients might read differently is a fault. The frame is valid until
 * the next call.
 */
export function frameRequest(head: Head): RequestFrame | FaultCode {
  const { minor, kind, count } = head
  const host = head.findKind(fieldKinds.host)
  if (host < 0 && minor === 1) return 'missing-host'
  frame.target = frame.upgrade = undefined
  frame.bodyLength = 0
  frame.keepAlive = minor === 1
  frame.expectsContinue = false
  if (host >= 0) {
    for (let index = host + 1; index < count; index++) if (kind[index] === fieldKinds.host) return 'repeated-host'
  }
  if ((head.kinds & ~hostOnly) !== 0) {
    const fault = frameByFields(head)
    if (fault !== undefined) return fault
  }
  if (host >= 0 && !isHostAt(head.bytes, head.base + (head.at[host * 4 + 2] as number), head.base + (head.at[host * 4 + 3] as number))) {
    return 'bad-host'
  }
  return frameTarget(head, host) ?? frame
}

function frameTarget(head: Head, host: number): FaultCode | undefined {
  if (head.escapes && !escapesAreWhole(head.bytes, head.base + head.targetAt, head.base + head.targetEnd)) return 'bad-target'
  const reserved = (head.methodEnd === 7 && methodIs(head, 'CONNECT')) || (head.methodEnd === 3 && methodIs(head, 'PRI'))
  if (head.bytes[head.base + head.targetAt] === SLASH && !reserved) return undefined
  const reduced = reduceTarget(head.text(0, head.methodEnd), head.text(head.targetAt, head.targetEnd), host < 0 ? '' : head.value(host))
  if (typeof reduced === 'string') return reduced
  frame.target = reduced.target
  return undefined
}

function methodIs(head: Head, method: string): boolean {
  for (let index = 0; index < method.length; index++) if (head.bytes[head.base + index] !== method.charCodeAt(index)) return false
  return head.bytes[head.base + method.length] === SP
}

function frameByFields(head: Head): FaultCode | undefined {
  const { minor, kind, count } = head
  let length = -1
  let chunked = false
  let close = false
  let keep = false
  let wantsUpgrade = false
  let upgrade: string | undefined
  for (let index = 0; index < count; index++) {
    switch (kind[index]) {
      case fieldKinds.expect:
        if (head.value(index).toLowerCase() !== '100-continue') return 'unknown-expectation'
        frame.expectsContinue = minor === 1
        break
      case fieldKinds.upgrade:
        if (upgrade !== undefined) return 'bad-upgrade'
        upgrade = head.value(index).toLowerCase()
        break
      case fieldKinds.connection: {
        const value = head.value(index).toLowerCase()
        if (value === 'keep-alive') keep = true
        else if (value === 'close') close = true
        else {
          if (!value.split(',').every(mayNominate)) return 'bad-connection'
          close ||= listHolds(value, 'close')
          keep ||= listHolds(value, 'keep-alive')
          wantsUpgrade ||= listHolds(value, 'upgrade')
        }
        break
      }
      case fieldKinds.contentLength:
        if (length >= 0) return 'repeated-length'
        length = lengthAt(head, index)
        if (length < 0) return 'bad-length'
        break
      case fieldKinds.transferEncoding:
        if (chunked || minor === 0 || head.value(index).toLowerCase() !== 'chunked') return 'bad-transfer-encoding'
        chunked = true
        break
      case fieldKinds.trailer:
        if (announcesFraming(head.value(index))) return 'bad-trailer'
        break
      default:
    }
  }
  if (chunked && length >= 0) return 'length-and-chunked'
  frame.bodyLength = chunked ? -1 : Math.max(length, 0)
  frame.keepAlive = minor === 1 ? !close : keep && !close
  frame.expectsContinue &&= frame.bodyLength !== 0
  // `Upgrade: h2c` passed on would let a client speak to the upstream behind the rules of this proxy; it is an offer and may be ignored.
  if (wantsUpgrade && minor === 1 && upgrade !== undefined && upgrade !== '') {
    if (!protocols.test(upgrade)) return 'bad-upgrade'
    if (offersHttp2(upgrade)) return undefined
    if (frame.bodyLength !== 0) return 'bad-upgrade'
    frame.upgrade = upgrade
  }
  return undefined
}

function offersHttp2(upgrade: string): boolean {
  return upgrade.split(',').some((protocol) => trimmed(protocol).split('/')[0] === 'h2c')
}

/** Whether a value of Trailer announces a field that frames its message. */
export function announcesFraming(value: string): boolean {
  return value.split(',').some((member) => neverAnnounced.has(trimmed(member).toLowerCase()))
}

/** A member of Connection: a token, or nothing. Of what is neither, somebody may read `close` that another does not (Go does). */
function mayNominate(member: string): boolean {
  const option = trimmed(member)
  return option === '' || (tokenText.test(option) && !neverNominated.has(option))
}

/** The value of a Content-Length field, or -1 when it is not one plain decimal number. */
export function lengthAt(head: Head, index: number): number {
  const from = head.base + (head.at[index * 4 + 2] as number)
  const to = head.base + (head.at[index * 4 + 3] as number)
  if (to === from || to - from > mostDigits) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = (head.bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** `isHost` over bytes: the common form, a name with or without a port, without making text of it. */
function isHostAt(bytes: Buffer, from: number, to: number): boolean {
  let at = from
  while (at < to && hostByte[bytes[at] as number] === 1) at++
  if (at === to) return at > from
  if (bytes[at] !== COLON || at === from) return isHost(bytes.toString('latin1', from, to))
  let port = 0
  if (to - at < 2 || to - at > 6) return false
  while (++at < to) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return false
    port = port * 10 + digit
  }
  return port <= 65_535
}

const hostText = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/

/** A name, IPv4 address or bracketed IPv6 address, with an optional port up to 65535. Never empty, no user information, no percent escapes. */
export function isHost(text: string): boolean {
  if (!hostText.test(text)) return false
  if (text.startsWith('[') && !isIPv6(text.slice(1, text.indexOf(']')))) return false
  const colon = text.lastIndexOf(':')
  return colon < 0 || text.endsWith(']') || Number(text.slice(colon + 1)) <= 65_535
}
