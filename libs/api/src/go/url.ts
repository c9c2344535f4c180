/** URLs as Go's net/url reads and prints them: the webhook's decoder refuses what it refuses, and stores what it prints. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts'

/** A URL in its parts. Empty parts are ''. */
export interface GoUrl {
  readonly scheme: string
  /** What follows the scheme where no slash does: `mailto:a@b`. */
  readonly opaque: string
  /** As it is printed, without the `@`; undefined for none. */
  readonly user: string | undefined
  readonly host: string
  /** Whether a scheme is followed by a path alone: `http:/a`. */
  readonly omitHost: boolean
  /** As it is printed. */
  readonly path: string
  /** Without the `?`; undefined for none. */
  readonly query: string | undefined
  /** As it is printed, without the `#`. */
  readonly fragment: string
}

class Refusal extends Error {}

/** Reads a URL; the error is Go's. */
export function parseUrl(text: string): Parsed<GoUrl> {
  try {
    return parsed(read(text.toWellFormed()))
  } catch (error) {
    if (error instanceof Refusal) return unparsed(`parse ${quote(text)}: ${error.message}`)
    throw error
  }
}

/** The URL as Go prints it. */
export function urlText({ scheme, opaque, user, host, omitHost, path, query, fragment }: GoUrl): string {
  let text = scheme === '' ? '' : `${scheme}:`
  if (opaque !== '') text += opaque
  else {
    const hasAuthority = host !== '' || user !== undefined
    if (hasAuthority || (scheme !== '' && path !== '' && !omitHost)) {
      text += '//'
      if (user !== undefined) text += `${user}@`
      text += host
    }
    if (path !== '' && !path.startsWith('/') && hasAuthority) text += '/'
    // A relative path whose first segment has a colon would be read as a scheme.
    if (text === '' && (path.split('/', 1)[0] ?? '').includes(':')) text += './'
    text += path
  }
  if (query !== undefined) text += `?${query}`
  return fragment === '' ? text : `${text}#${fragment}`
}

function read(whole: string): GoUrl {
  // oxlint-disable-next-line no-control-regex -- these are what Go refuses
  if (/[\u0000-\u001f\u007f]/.test(whole)) throw new Refusal('net/url: invalid control character in URL')
  const hash = whole.indexOf('#')
  const text = hash < 0 ? whole : whole.slice(0, hash)
  const url = readWithoutFragment(text)
  if (hash < 0) return url
  const fragment = whole.slice(hash + 1)
  checkEscapes(fragment)
  return { ...url, fragment: printed(fragment, fragmentBytes) }
}

function readWithoutFragment(text: string): GoUrl {
  if (text === '*') return { ...empty, path: '*' }
  const { scheme, rest: afterScheme } = schemeOf(text)
  const mark = afterScheme.indexOf('?')
  const query = mark < 0 ? undefined : afterScheme.slice(mark + 1)
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark)
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...empty, scheme, opaque: rest, query }
    if ((rest.split('/', 1)[0] ?? '').includes(':')) throw new Refusal('first path segment in URL cannot contain colon')
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))
  if (!hasAuthority) return { ...empty, scheme, query, omitHost: scheme !== '' && rest !== '', path: pathOf(rest) }
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  return { ...empty, scheme, query, ...authorityOf(authority), path: slash < 0 ? '' : pathOf(rest.slice(slash)) }
}

const empty: GoUrl = { scheme: '', opaque: '', user: undefined, host: '', omitHost: false, path: '', query: undefined, fragment: '' }

function schemeOf(text: string): { scheme: string; rest: string } {
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (/[a-zA-Z]/.test(character)) continue
    if (/[0-9+.-]/.test(character)) {
      if (index === 0) break
      continue
    }
    if (character !== ':') break
    if (index === 0) throw new Refusal('missing protocol scheme')
    return { scheme: text.slice(0, index).toLowerCase(), rest: text.slice(index + 1) }
  }
  return { scheme: '', rest: text }
}

function authorityOf(authority: string): { user: string | undefined; host: string } {
  const at = authority.lastIndexOf('@')
  const host = hostOf(authority.slice(at + 1))
  if (at < 0) return { user: undefined, host }
  const user = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new Refusal('net/url: invalid userinfo')
  checkEscapes(user)
  return { user: user.replaceAll('@', '%40'), host }
}

function hostOf(host: string): string {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    if (end < 0) throw new Refusal("missing ']' in host")
    checkPort(host.slice(end + 1))
  } else {
    const colon = host.lastIndexOf(':')
    if (colon >= 0) checkPort(host.slice(colon))
  }
  for (const [escape] of host.matchAll(/%.{0,2}/gs)) {
    if (!/^%[0-9a-fA-F]{2}$/.test(escape) || (!host.startsWith('[') && Number.parseInt(escape.slice(1), 16) < 0x80)) badEscape(escape)
  }
  const bad = /[ \\^`{|}]/.exec(host)
  if (bad !== null) throw new Refusal(`invalid character ${quote(bad[0])} in host name`)
  // Beyond ASCII a host is printed escaped.
  return host.replaceAll(/[^\p{ASCII}]+/gu, encodeURIComponent)
}

function checkPort(port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new Refusal(`invalid port ${quote(port)} after host`)
}

function pathOf(path: string): string {
  checkEscapes(path)
  return printed(path, pathBytes)
}

function checkEscapes(text: string): void {
  for (const [escape] of text.matchAll(/%.{0,2}/gs)) if (!/^%[0-9a-fA-F]{2}$/.test(escape)) badEscape(escape)
}

function badEscape(escape: string): never {
  throw new Refusal(`invalid URL escape ${quote(escape)}`)
}

/** What a path or a fragment may hold as it is; with anything else in it Go escapes the whole anew. */
const pathBytes = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]*$/
const fragmentBytes = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/?%]*$/

function printed(text: string, good: RegExp): string {
  if (good.test(text)) return text
  const plain = good === pathBytes ? /[A-Za-z0-9\-_.~$&+,/:;=@]/ : /[A-Za-z0-9\-_.~!()*$&+,/:;=?@]/
  return utf8Of(text)
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return byte < 0x80 && plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

/** The bytes that an escaped text stands for. */
function utf8Of(text: string): number[] {
  const encoded = encodeURI(text.replaceAll('%', '\u0000'))
  const whole = encoded.replaceAll('%00', '%')
  const bytes: number[] = []
  for (let index = 0; index < whole.length; index++) {
    if (whole.charAt(index) === '%') {
      bytes.push(Number.parseInt(whole.slice(index + 1, index + 3), 16))
      index += 2
    } else bytes.push(whole.charCodeAt(index))
  }
  return bytes
}
