/** Conversions and comparisons of the language itself that the CEL library lacks. */
import type { Environment } from '@marcbachmann/cel-js'
import type { Duration } from '@marcbachmann/cel-js/evaluator'
import { durationText, timestampText } from './format-text.ts'

const TIMESTAMP = 'google.protobuf.Timestamp'
const DURATION = 'google.protobuf.Duration'

const compared = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b)

export function registerConversionFunctions(environment: Environment): void {
  environment
    .registerFunction(`string(${TIMESTAMP}): string`, timestampText)
    .registerFunction(`string(${DURATION}): string`, (duration: Duration) => durationText(duration))
    .registerFunction(`int(${TIMESTAMP}): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))
    .registerOperator('bytes < bytes', (a: Uint8Array, b: Uint8Array) => compared(a, b) < 0)
    .registerOperator('bytes <= bytes', (a: Uint8Array, b: Uint8Array) => compared(a, b) <= 0)
    .registerOperator('bytes > bytes', (a: Uint8Array, b: Uint8Array) => compared(a, b) > 0)
    .registerOperator('bytes >= bytes', (a: Uint8Array, b: Uint8Array) => compared(a, b) >= 0)
}
