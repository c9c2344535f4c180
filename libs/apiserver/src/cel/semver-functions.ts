/** Kubernetes' semantic versions in CEL (`apiserver/pkg/cel/library/semverlib.go`). */
import type { Environment } from '@marcbachmann/cel-js'

const FORM =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

class Semver {
  readonly numbers: readonly [bigint, bigint, bigint]
  readonly before: readonly string[]

  constructor(numbers: readonly [bigint, bigint, bigint], before: readonly string[]) {
    this.numbers = numbers
    this.before = before
  }

  compareTo(other: Semver): bigint {
    for (const index of [0, 1, 2] as const)
      if (this.numbers[index] !== other.numbers[index]) return this.numbers[index] < other.numbers[index] ? -1n : 1n
    // A version with a pre-release comes before the one without.
    if (this.before.length === 0 || other.before.length === 0)
      return BigInt(other.before.length - this.before.length > 0 ? 1 : other.before.length === this.before.length ? 0 : -1)
    for (let index = 0; index < Math.max(this.before.length, other.before.length); index++) {
      const order = compareParts(this.before[index], other.before[index])
      if (order !== 0) return BigInt(order)
    }
    return 0n
  }
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOther) return Number(a) < Number(b) ? -1 : 1
  if (isNumber !== isOther) return isNumber ? -1 : 1
  return a < b ? -1 : 1
}

/** With `normalize` a leading v, missing parts and leading zeros are forgiven. */
function semverOf(text: string, normalize = false): Semver | undefined {
  const [, major, minor, patch, before] = FORM.exec(normalize ? normalized(text) : text) ?? []
  if (major === undefined || minor === undefined || patch === undefined) return undefined
  return new Semver([BigInt(major), BigInt(minor), BigInt(patch)], before === undefined ? [] : before.split('.'))
}

function normalized(text: string): string {
  const [core = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const numbers = [...core.split('.'), '0', '0'].slice(0, Math.max(3, core.split('.').length))
  return numbers.map((number) => number.replace(/^0+(?=\d)/, '')).join('.') + rest.join('')
}

function must(text: string, normalize?: boolean): Semver {
  const made = semverOf(text, normalize)
  if (made === undefined) throw new Error('No Major.Minor.Patch elements found')
  return made
}

export function registerSemverFunctions(environment: Environment): void {
  environment
    .registerType('Semver', Semver)
    .registerOperator('Semver == Semver', (a: Semver, b: Semver) => a.compareTo(b) === 0n)
    .registerFunction('semver(string): Semver', (text: string) => must(text))
    .registerFunction('semver(string, bool): Semver', must)
    .registerFunction('isSemver(string): bool', (text: string) => semverOf(text) !== undefined)
    .registerFunction('isSemver(string, bool): bool', (text: string, normalize: boolean) => semverOf(text, normalize) !== undefined)
    .registerFunction('Semver.major(): int', ({ numbers }: Semver) => numbers[0])
    .registerFunction('Semver.minor(): int', ({ numbers }: Semver) => numbers[1])
    .registerFunction('Semver.patch(): int', ({ numbers }: Semver) => numbers[2])
    .registerFunction('Semver.compareTo(Semver): int', (a: Semver, b: Semver) => a.compareTo(b))
    .registerFunction('Semver.isLessThan(Semver): bool', (a: Semver, b: Semver) => a.compareTo(b) < 0n)
    .registerFunction('Semver.isGreaterThan(Semver): bool', (a: Semver, b: Semver) => a.compareTo(b) > 0n)
}
