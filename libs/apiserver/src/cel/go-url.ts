/** URLs as Go's `net/url` reads them, with its words for what is none. */

const escapeError = (text: string) => new Error(`invalid URL escape ${JSON.stringify(text)}`)
const BAD_ESCAPE = /%(?![0-9a-f]{2}).{0,2}/i
const PORT = /^(?::\d*)?$/

/** Escapes in a host may only stand for bytes beyond ASCII. */
function unescapedHost(host: string): string {
  const [bad] = BAD_ESCAPE.exec(host) ?? /%(?!25)[0-7][0-9a-f]/i.exec(host) ?? []
  if (bad !== undefined) throw escapeError(bad)
  const [character] = /[^A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~%\u0080-\uffff]/.exec(host) ?? []
  if (character !== undefined) throw new Error(`invalid character ${JSON.stringify(character)} in host name`)
  return decodeURIComponent(host)
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) throw new Error('net/url: invalid userinfo')
  const [badUser] = BAD_ESCAPE.exec(authority.slice(0, Math.max(at, 0))) ?? []
  if (badUser !== undefined) throw escapeError(badUser)
  const host = authority.slice(at + 1)
  const isLiteral = host.startsWith('[')
  const closing = host.lastIndexOf(']')
  if (isLiteral && closing < 0) throw new Error("missing ']' in host")
  const colon = host.lastIndexOf(':')
  const port = isLiteral ? host.slice(closing + 1) : colon < 0 ? '' : host.slice(colon)
  if (!PORT.test(port)) throw new Error(`invalid port ${JSON.stringify(port)} after host`)
  return unescapedHost(host)
}

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
}

/** `isRequest`: as the target of a request, where nothing is a fragment and what has no scheme must begin with a slash. */
function parse(text: string, isRequest: boolean): Parts {
  if ([...text].some((character) => character < ' ' || character === '\u007f')) throw new Error('net/url: invalid control character in URL')
  if (text === '' && isRequest) throw new Error('empty url')
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' }
  if (text.startsWith(':')) throw new Error('missing protocol scheme')
  const [prefix = '', scheme = ''] = /^([a-z][a-z0-9+.-]*):/i.exec(text) ?? []
  const afterScheme = text.slice(prefix.length)
  const mark = afterScheme.indexOf('?')
  const [before, query] = mark < 0 ? [afterScheme, ''] : [afterScheme.slice(0, mark), afterScheme.slice(mark + 1)]
  const lower = scheme.toLowerCase()
  if (!before.startsWith('/')) {
    if (scheme !== '') return { scheme: lower, host: '', path: '', query }
    throw new Error('invalid URI for request')
  }
  const hasHost = before.startsWith('//') && (scheme !== '' || (!isRequest && !before.startsWith('///')))
  const [, authority = '', rest = before] = (hasHost ? /^\/\/([^/]*)(.*)$/s.exec(before) : null) ?? []
  const host = hostOf(authority)
  const [bad] = BAD_ESCAPE.exec(rest) ?? []
  if (bad !== undefined) throw escapeError(bad)
  return { scheme: lower, host, path: rest, query }
}

/** Bytes beyond what a path may hold, escaped; a path that is well escaped already stays. */
function escapedPath(path: string): string {
  if (/^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]*$/.test(path)) return path
  return encodeURIComponent(unescaped(path))
    .replaceAll(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, decodeURIComponent)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

const unescaped = (text: string): string =>
  Buffer.from(
    text.replaceAll(/%([0-9a-f]{2})|[^%]+/gi, (all, hex: string | undefined) =>
      hex === undefined ? Buffer.from(all).toString('latin1') : String.fromCharCode(Number.parseInt(hex, 16))
    ),
    'latin1'
  ).toString()

/** One URL. */
export class GoUrl {
  readonly #parts: Parts
  /** What was parsed. */
  readonly text: string

  private constructor(text: string, parts: Parts) {
    this.text = text
    this.#parts = parts
  }

  /** As `url.ParseRequestURI` accepts it and `url.Parse` reads it. Throws Go's words for what is none. */
  static parse(text: string): GoUrl {
    try {
      parse(text, true)
      const [plain = '', fragment] = text.split(/#(.*)/s)
      const [bad] = BAD_ESCAPE.exec(fragment ?? '') ?? []
      if (bad !== undefined) throw escapeError(bad)
      return new GoUrl(text, parse(plain, false))
    } catch (error) {
      throw new Error(`parse ${JSON.stringify(text)}: ${(error as Error).message}`, { cause: error })
    }
  }

  get scheme(): string {
    return this.#parts.scheme
  }

  /** With the port. */
  get host(): string {
    return this.#parts.host
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? ''
  }

  get escapedPath(): string {
    return escapedPath(this.#parts.path)
  }

  /** Values by their keys; what is badly escaped is left out. */
  get query(): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const pair of this.#parts.query.split('&')) {
      if (pair === '' || pair.includes(';') || BAD_ESCAPE.test(pair)) continue
      const [key = '', value = ''] = pair.split(/=(.*)/s).map((part) => unescaped(part.replaceAll('+', ' ')))
      found.set(key, [...(found.get(key) ?? []), value])
    }
    return found
  }
}
