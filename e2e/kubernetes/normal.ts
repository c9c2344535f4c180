/**
 * Replaces what differs from run to run by what it means, so that two servers can be compared. Uids and resource versions become ordinals
 * in the order of first sight within a case: that two are equal stays visible.
 */
import { createHash } from 'node:crypto'

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const TIME_INSIDE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g
/** Times that are further from now are an input of the case, not a clock's. */
const NEAR_MS = 2 * 3600_000
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]{5}'
/** The longest prefix of a generated name. */
const PREFIX_LENGTH = 58
/** Longer texts are told by their hash, as in the recording. */
const LONG = 4000
const FIRST_NODE_PORT = 30_000

export class Normal {
  readonly #words = new Map<string, string>()
  readonly #prefixes = new Set(['kube-api-access-', 'dry-run-validation'])
  readonly #uids = new Map<string, string>()
  readonly #versions = new Map<string, string>()

  /** From now on `word` reads as `sign`, wherever it stands. */
  learn(word: string, sign: string): void {
    if (word !== '' && !this.#words.has(word)) this.#words.set(word, sign)
  }

  /** Names generated from this prefix may come in a refusal, where no object announces them. */
  expectPrefix(prefix: unknown): void {
    if (typeof prefix === 'string' && prefix !== '') this.#prefixes.add(prefix.slice(0, PREFIX_LENGTH))
  }

  /** A JSON value, normalised. */
  of(value: unknown): unknown {
    this.#study(value)
    return this.#plain(value, '')
  }

  /** Random parts that announce themselves: generated names, template hashes. */
  #study(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const { generateName, name, ...members } = value as Readonly<Record<string, unknown>>
    const hash = members['pod-template-hash'] ?? members['controller-revision-hash']
    if (typeof hash === 'string') this.learn(hash, '<hash>')
    if (typeof generateName === 'string' && generateName !== '' && typeof name === 'string') {
      const start = generateName.slice(0, PREFIX_LENGTH)
      if (name.startsWith(start) && name.length === start.length + 5) this.learn(name, `${name.slice(0, -5)}<random>`)
    }
    for (const item of Object.values(value)) this.#study(item)
  }

  /** A text, normalised. */
  text(given: string): string {
    let text = given
    for (const [word, sign] of [...this.#words].sort(([a], [b]) => b.length - a.length)) text = text.replaceAll(word, sign)
    for (const prefix of this.#prefixes)
      text = text.replaceAll(new RegExp(`${escaped(prefix)}${RANDOM}(?![a-z0-9])`, 'g'), `${prefix}<random>`)
    text = text
      .replaceAll(new RegExp(`(-<hash>-)${RANDOM}\\b`, 'g'), '$1<random>')
      .replaceAll(/(resource version: \d+(?:, current: | \())\d+/g, '$1<rv>')
      .replaceAll(/(does not match the ResourceVersion in record \()\d+/g, '$1<rv>')
      .replaceAll(/(resourceVersion\\*"?: ?\\*")\d+/g, '$1<rv>')
      .replaceAll(TIME_INSIDE, (time) => (isNear(time) ? '<time>' : time))
      .replaceAll(/\b0x[0-9a-f]{8,16}\b/g, '<pointer>')
      .replaceAll(UUID, (uid) => ordinal(this.#uids, uid, 'uid'))
      .replaceAll(/\b10\.244\.\d+\.\d+\b/g, '<pod ip>')
      .replaceAll(/\b(?:10\.96|127\.(?:9[6-9]|10[0-3]))\.\d+\.\d+\b/g, '<cluster ip>')
    if (text.length <= LONG) return text
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
    return `${text.slice(0, 200)}<${text.length} characters, sha256 ${hash}>`
  }

  #plain(value: unknown, key: string): unknown {
    if (Array.isArray(value)) {
      // The causes of one refusal come in no promised order.
      if (key === 'causes')
        return value.map((item) => this.#plain(item, '')).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      return value.map((item) => this.#plain(item, key))
    }
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.#plain(item, name)]))
    if (typeof value === 'number') return /^(healthCheckN|n)odePort$/.test(key) && value >= FIRST_NODE_PORT ? '<node port>' : value
    return typeof value === 'string' ? this.#word(value, key) : value
  }

  #word(value: string, path: string): string {
    // What a step shows stands under its path.
    const key = path.slice(path.lastIndexOf('.') + 1)
    if (key === 'resourceVersion' && /^[1-9]\d*$/.test(value)) return ordinal(this.#versions, value, 'rv')
    if (key === 'cells' && /^(\d+[smhdy])+$/.test(value)) return '<age>'
    if (key === 'storageVersionHash') return '<hash>'
    if (key === 'continue' && value !== '') return '<continue>'
    if (TIME.test(value) && isNear(value)) return value.includes('.') ? '<micro time>' : '<time>'
    return this.text(value)
  }
}

const isNear = (time: string) => Math.abs(Date.parse(time) - Date.now()) < NEAR_MS

function ordinal(seen: Map<string, string>, value: string, word: string): string {
  const known = seen.get(value) ?? `<${word} ${seen.size + 1}>`
  seen.set(value, known)
  return known
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
