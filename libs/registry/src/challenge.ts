/** What a registry wants to see, as its `WWW-Authenticate` says (RFC 9110, 11.6.1; distribution's token specification). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined; readonly scope: string | undefined }

/** The first challenge of a scheme that registries use; undefined when there is none. A bearer's is preferred, for it is the narrower one. */
export function parseChallenge(header: string): Challenge | undefined {
  const schemes = [...header.matchAll(/(?<=^|[,\s])([A-Za-z]+)(?=\s|$)\s*((?:[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]*)\s*,?\s*)*)/g)]
  let basic = false
  for (const [, name = '', rest = ''] of schemes) {
    if (name.toLowerCase() === 'basic') basic = true
    if (name.toLowerCase() !== 'bearer') continue
    const pairs = rest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g)
    const parameters = new Map(
      [...pairs].map(([, key = '', quoted, plain]) => [key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''])
    )
    const realm = parameters.get('realm')
    if (realm !== undefined && URL.canParse(realm)) {
      return { scheme: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') }
    }
  }
  return basic ? { scheme: 'basic' } : undefined
}
