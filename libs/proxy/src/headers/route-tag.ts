import type { HeaderList } from '../header-list.ts'
import { knativeHeaders } from './names.ts'

/** The value of metric attribute `kn.route.tag` (reference 5.2.6). */
export function routeTag(headers: HeaderList): string {
  const tag = headers.get(knativeHeaders.tag) ?? ''
  const byDefault = headers.get(knativeHeaders.defaultRoute) ?? ''
  if (tag === '') return byDefault === '' ? 'kn:disabled' : 'kn:default'
  return byDefault === 'true' ? 'kn:undefined' : tag
}
