import type { HeaderList } from '../header-list.ts'
import { knativeHeaders } from './names.ts'

/** True for a request that came through a gateway's route or an activator. No prober sends such: whoever names itself one there is a user. */
export function isRouted(headers: HeaderList): boolean {
  return headers.has(knativeHeaders.revision) || headers.has(knativeHeaders.proxyRequest)
}
