import type { Addressed } from '../destinations/addressed.ts'

/** Puts a resolved destination into a status as `<prefix>Uri`, `<prefix>CACerts` and `<prefix>Audience`; undefined takes all three away. */
export function tellAddress(status: object, prefix: string, address: Addressed | undefined): void {
  const fields = status as Record<string, unknown>
  put(fields, `${prefix}Uri`, address?.url)
  put(fields, `${prefix}CACerts`, address?.caCerts)
  put(fields, `${prefix}Audience`, address?.audience)
}

/** Reads what {@link tellAddress} has put there; undefined when there is no URL. */
export function toldAddress(status: object | undefined, prefix: string): Addressed | undefined {
  const fields = (status ?? {}) as Record<string, string | undefined>
  const url = fields[`${prefix}Uri`]
  if (url === undefined) return undefined
  const [caCerts, audience] = [fields[`${prefix}CACerts`], fields[`${prefix}Audience`]]
  return { url, ...(caCerts === undefined ? {} : { caCerts }), ...(audience === undefined ? {} : { audience }) }
}

function put(fields: Record<string, unknown>, name: string, value: string | undefined): void {
  if (value === undefined) delete fields[name]
  else fields[name] = value
}
