import { latin1Utf8Of } from '../text/utf8.ts'

const plain = /^[\w\-.~!$&'()*+,;=:@/?#]*$/
const badEscape = /%(?![0-9a-fA-F]{2})/
const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/
const host = /^(?:[^@]*@)?(?:\[[^\]]*\]|[^[\]:]*)(?::\d*)?$/

/**
 * A URI reference as the original keeps it (Go's url.Parse and String: what may not stand bare in a path is percent-encoded); undefined
 * when that cannot read it.
 */
export function uriReferenceOf(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) return undefined
  const hasScheme = scheme.test(text)
  const [beforeFragment = '', ...fragments] = text.split('#')
  const [beforeQuery = ''] = beforeFragment.split('?')
  const rest = hasScheme ? beforeQuery.slice(beforeQuery.indexOf(':') + 1) : beforeQuery
  if (!hasScheme && rest.split('/')[0]!.includes(':')) return undefined
  // What follows the scheme without a slash is opaque to Go: it is kept as it is.
  const opaque = hasScheme && !rest.startsWith('/') && rest !== ''
  const authority = /^\/\/([^/]*)/.exec(rest)?.[1] ?? ''
  if (!host.test(authority) || badEscape.test(authority) || / /.test(authority)) return undefined
  if ((!opaque && badEscape.test(rest)) || badEscape.test(fragments.join('#'))) return undefined
  if (plain.test(text) || opaque) return text
  const query = beforeFragment.slice(beforeQuery.length)
  const before = beforeQuery.slice(0, beforeQuery.length - rest.length)
  return `${before}${escapePath(rest, authority)}${query}${fragments.length === 0 ? '' : `#${escaped(fragments.join('#'))}`}`
}

/** Whether a URI has a scheme and, when it has an authority, a host: what Go's url.IsAbs and a dataschema ask. */
export const isAbsolute = (text: string): boolean => scheme.test(text)

const escapePath = (rest: string, authority: string): string => {
  const from = authority === '' ? 0 : authority.length + 2
  return rest.slice(0, from) + escaped(rest.slice(from))
}

const escaped = (text: string): string =>
  latin1Utf8Of(text).replace(
    /[^\w\-.~!$&'()*+,;=:@/?%#[\]]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  )
