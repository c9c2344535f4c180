/** Kubernetes' semantic versions in CEL (`apiserver/pkg/cel/library/semverlib.go`). */
import type { Environment } from '@marcbachmann/cel-js'

const UINT64 = 2n ** 64n

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

function numberOf(text: string, name: string): bigint {
  const shown = JSON.stringify(text)
  if (/[^0-9]/.test(text)) throw new Error(`Invalid character(s) found in ${name.toLowerCase()} number ${shown}`)
  if (/^0./.test(text)) throw new Error(`${name} number must not contain leading zeroes ${shown}`)
  if (text === '') throw new Error('strconv.ParseUint: parsing "": invalid syntax')
  if (BigInt(text) >= UINT64) throw new Error(`strconv.ParseUint: parsing ${shown}: value out of range`)
  return BigInt(text)
}

function checkPart(text: string, what: 'Prerelease' | 'Build meta data'): void {
  if (text === '') throw new Error(`${what} is empty`)
  if (/[^0-9A-Za-z-]/.test(text)) throw new Error(`Invalid character(s) found in ${what.toLowerCase()} ${JSON.stringify(text)}`)
  if (what === 'Prerelease' && /^0\d+$/.test(text))
    throw new Error(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(text)}`)
}

/** With `normalize` a leading v, missing parts and leading zeros are forgiven. Throws the words of `github.com/blang/semver`. */
function semverOf(text: string, normalize = false): Semver {
  const given = normalize ? normalized(text) : text
  if (given === '') throw new Error('Version string empty')
  const [major, minor, last] = splitInto3(given)
  if (major === undefined || minor === undefined || last === undefined) throw new Error('No Major.Minor.Patch elements found')
  const first = [numberOf(major, 'Major'), numberOf(minor, 'Minor')] as const
  const [beforeBuild = '', build] = last.split(/\+(.*)/s)
  const [patch = '', pre] = beforeBuild.split(/-(.*)/s)
  const third = numberOf(patch, 'Patch')
  const parts = pre?.split('.') ?? []
  for (const part of parts) checkPart(part, 'Prerelease')
  for (const part of build?.split('.') ?? []) checkPart(part, 'Build meta data')
  return new Semver([...first, third], parts)
}

function splitInto3(text: string): string[] {
  const [major = '', ...rest] = text.split('.')
  return rest.length < 2 ? [major, ...rest] : [major, rest[0] ?? '', rest.slice(1).join('.')]
}

function normalized(text: string): string {
  const cleaned = splitInto3(text.replace(/^v/, '')).map((part) => {
    const trimmed = part.length > 1 ? part.replace(/^0+/, '') : part
    return part.length > 1 && !/^\d/.test(trimmed) ? `0${trimmed}` : trimmed
  })
  if (cleaned.length < 3 && /[+-]/.test(cleaned.at(-1) ?? '')) throw new Error('short version cannot contain PreRelease/Build meta data')
  return [...cleaned, '0', '0'].slice(0, Math.max(3, cleaned.length)).join('.')
}

function isSemver(text: string, normalize = false): boolean {
  try {
    semverOf(text, normalize)
    return true
  } catch {
    // That it is none is the answer.
    return false
  }
}

export function registerSemverFunctions(environment: Environment): void {
  environment
    .registerType('Semver', Semver)
    .registerOperator('Semver == Semver', (a: Semver, b: Semver) => a.compareTo(b) === 0n)
    .registerFunction('semver(string): Semver', (text: string) => semverOf(text))
    .registerFunction('semver(string, bool): Semver', semverOf)
    .registerFunction('isSemver(string): bool', (text: string) => isSemver(text))
    .registerFunction('isSemver(string, bool): bool', isSemver)
    .registerFunction('Semver.major(): int', ({ numbers }: Semver) => numbers[0])
    .registerFunction('Semver.minor(): int', ({ numbers }: Semver) => numbers[1])
    .registerFunction('Semver.patch(): int', ({ numbers }: Semver) => numbers[2])
    .registerFunction('Semver.compareTo(Semver): int', (a: Semver, b: Semver) => a.compareTo(b))
    .registerFunction('Semver.isLessThan(Semver): bool', (a: Semver, b: Semver) => a.compareTo(b) < 0n)
    .registerFunction('Semver.isGreaterThan(Semver): bool', (a: Semver, b: Semver) => a.compareTo(b) > 0n)
}
