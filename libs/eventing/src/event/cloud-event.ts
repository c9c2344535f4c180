/** An event as it was on the wire: nothing is re-printed. */
export interface CloudEvent {
  /**
   * All context attributes (specversion, id, source, type, datacontenttype and so on, and extensions) by lower-case name, as text, in
   * order of arrival. Text of headers keeps its percent-encoding.
   */
  readonly attributes: ReadonlyMap<string, string>
  /** Of structured events: attributes that JSON had as number or boolean, so that CESQL and JSON output keep the type. */
  readonly typed?: ReadonlyMap<string, number | boolean>
  /** Header values outside of ASCII came as bare UTF-8, and leave as bare UTF-8 instead of percent-encoded. */
  readonly bare?: true
  readonly data: Uint8Array | undefined
}

/** Where headers come from: names in lower case, values with a character a byte (Latin-1), repeated ones in order of arrival. */
export interface HeaderSource {
  forEach(visit: (name: string, value: string) => void): void
}

/** One header: name in lower case, value with a character a byte. */
export type Header = readonly [name: string, value: string]

/** The event with other attributes: `undefined` removes one, a new one goes to the end. */
export function withAttributes(event: CloudEvent, set: Readonly<Record<string, string | undefined>>): CloudEvent {
  const attributes = new Map(event.attributes)
  let typed: Map<string, number | boolean> | undefined
  for (const name in set) {
    const value = set[name]
    if (value === undefined) attributes.delete(name)
    else attributes.set(name, value)
    if (event.typed?.has(name) === true) (typed ??= new Map(event.typed)).delete(name)
  }
  return {
    attributes,
    ...((typed ?? event.typed) !== undefined && { typed: typed ?? event.typed }),
    ...(event.bare === true && { bare: true as const }),
    data: event.data
  }
}
