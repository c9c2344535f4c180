/** What a registry wants to see, as its `WWW-Authenticate` says (RFC 9110, 11.6.1; distribution's token specification). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined }

/** Undefined when the header has no scheme that registries use. */
export function parseChallenge(header: string): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' }
  const parameters = new Map([...rest.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map((match) => [match[1]?.toLowerCase(), match[2]]))
  const realm = parameters.get('realm')
  if (scheme.toLowerCase() !== 'bearer' || realm === undefined) return undefined
  return { scheme: 'bearer', realm, service: parameters.get('service') }
}
