import { listHolds } from '../header-list.ts'
import type { FaultCode } from './fault.ts'
import { reduceTarget } from './target.ts'

/** What the fields of a request head say about its frame. */
export interface RequestFrame {
  /** Origin-form path and query, or `*`. */
  readonly target: string
  readonly host: string
  /** Bytes of the body; -1 for chunked. */
  readonly bodyLength: number
  /** The connection may serve another request. */
  readonly keepAlive: boolean
  readonly upgrade: string | undefined
  readonly expectsContinue: boolean
}

/** More digits than a safe integer needs are an attack or a mistake. */
const lengthText = /^[0-9]{1,15}$/
/** Nominating one of these in `Connection` would have a later hop frame or route the message differently. */
const neverNominated = new Set(['host', 'content-length', 'transfer-encoding', 'content-type', 'authorization'])

/** Applies the rules of RFC 9112 sections 3 and 6 without mercy: whatever two recipients might read differently is a fault. */
export function frameRequest(method: string, target: string, minor: number, fields: readonly string[]): RequestFrame | FaultCode {
  let host: string | undefined
  let length = -1
  let chunked = false
  let close = false
  let keep = false
  let wantsUpgrade = false
  let upgrade: string | undefined
  let expectsContinue = false
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string
    const value = fields[at + 1] as string
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== 'host') break
        if (host !== undefined) return 'repeated-host'
        host = value
        break
      case 6:
        if (name.toLowerCase() !== 'expect') break
        if (value.toLowerCase() !== '100-continue') return 'unknown-expectation'
        expectsContinue = minor === 1
        break
      case 7:
        if (name.toLowerCase() !== 'upgrade') break
        if (upgrade !== undefined) return 'bad-upgrade'
        upgrade = value.toLowerCase()
        break
      case 10:
        if (name.toLowerCase() !== 'connection') break
        for (const member of value.toLowerCase().split(',')) {
          const option = member.trim()
          if (neverNominated.has(option)) return 'bad-connection'
        }
        close ||= listHolds(value, 'close')
        keep ||= listHolds(value, 'keep-alive')
        wantsUpgrade ||= listHolds(value, 'upgrade')
        break
      case 14:
        if (name.toLowerCase() !== 'content-length') break
        if (length >= 0) return 'repeated-length'
        if (!lengthText.test(value)) return 'bad-length'
        length = Number(value)
        break
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break
        if (chunked || value.toLowerCase() !== 'chunked' || minor === 0) return 'bad-transfer-encoding'
        chunked = true
        break
      default:
    }
  }
  if (chunked && length >= 0) return 'length-and-chunked'
  if (host === undefined && minor === 1) return 'missing-host'
  if (host !== undefined && !isHost(host)) return 'bad-host'
  const reduced = reduceTarget(method, target, host ?? '')
  if (typeof reduced !== 'object') return reduced
  // `Upgrade: h2c` passed on would let a client speak to the upstream behind the rules of this proxy; it is an offer and may be ignored.
  const switching = wantsUpgrade && minor === 1 && upgrade !== undefined && upgrade !== '' && !listHolds(upgrade, 'h2c')
  if (switching && (chunked || length > 0)) return 'bad-upgrade'
  return {
    target: reduced.target,
    host: host ?? '',
    bodyLength: chunked ? -1 : Math.max(length, 0),
    keepAlive: minor === 1 ? !close : keep && !close,
    upgrade: switching ? upgrade : undefined,
    expectsContinue: expectsContinue && (chunked || length > 0)
  }
}

const hostText = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/

/** A name, IPv4 address or bracketed IPv6 address, with an optional port up to 65535. Never empty, no user information, no percent escapes. */
export function isHost(text: string): boolean {
  if (!hostText.test(text)) return false
  const colon = text.lastIndexOf(':')
  return colon < 0 || text.endsWith(']') || Number(text.slice(colon + 1)) <= 65_535
}
