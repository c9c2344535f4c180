import type { StatReport } from './request-stats.ts'

/** `Stat` of libs/wire/proto/stats.proto. */
export interface Stat extends StatReport {
  readonly podName: string
  /** Seconds. */
  readonly processUptime: number
  /** Milliseconds since the epoch. */
  readonly timestampMs: number
}

/** Protobuf of a Stat by hand: seven fields do not justify a library in every pod. Default values are left out, as proto3 says. */
export function encodeStat(stat: Stat): Buffer {
  const name = Buffer.from(stat.podName)
  const bytes = Buffer.alloc(name.length + 80)
  let at = 0
  const varint = (value: bigint): void => {
    for (; value > 0x7fn; value >>= 7n) bytes[at++] = Number(value & 0x7fn) | 0x80
    bytes[at++] = Number(value)
  }
  const double = (field: number, value: number): void => {
    if (value === 0) return
    bytes[at++] = (field << 3) | 1
    at = bytes.writeDoubleLE(value, at)
  }
  if (name.length > 0) {
    bytes[at++] = (1 << 3) | 2
    varint(BigInt(name.length))
    at += name.copy(bytes, at)
  }
  double(2, stat.averageConcurrentRequests)
  double(3, stat.averageProxiedConcurrentRequests)
  double(4, stat.requestCount)
  double(5, stat.proxiedRequestCount)
  double(6, stat.processUptime)
  if (stat.timestampMs > 0) {
    bytes[at++] = 7 << 3
    varint(BigInt(stat.timestampMs) * 1_000_000n)
  }
  return bytes.subarray(0, at)
}
