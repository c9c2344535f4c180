import { type HeaderList, trimmed } from '../header-list.ts'

/** What a proxy's rules rest on: a client may not have it dropped by nominating it in Connection. */
function isProtected(name: string): boolean {
  return name === 'forwarded' || name.startsWith('x-forwarded-') || name.startsWith('k-') || name.startsWith('knative-')
}

/** Lower-case names that `Connection` nominates as hop-by-hop, beyond the standing ones; undefined for none. */
export function nominations(headers: HeaderList): ReadonlySet<string> | undefined {
  let nominated: Set<string> | undefined
  for (const value of headers.getAll('Connection')) {
    if (isCommon(value)) continue
    for (const member of value.toLowerCase().split(',')) {
      const name = trimmed(member)
      if (name !== '' && !isProtected(name)) (nominated ??= new Set()).add(name)
    }
  }
  return nominated
}

/** The values that nearly all messages have. */
function isCommon(value: string): boolean {
  return value === 'keep-alive' || value === 'close' || value === 'Keep-Alive' || value === 'Close' || value === 'Upgrade'
}
