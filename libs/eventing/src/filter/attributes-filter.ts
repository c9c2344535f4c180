import type { CloudEvent } from '../event/cloud-event.ts'
import { mediaTypeOf } from '../codec/media-type.ts'
import { narrowest } from './anchor.ts'
import { type Filter, filterOf, noFilter } from './filter.ts'

/**
 * The older `filter.attributes` of a Trigger: every attribute must be exactly so, and one whose text is empty must be there and not empty.
 * `datamediatype` is the type of the data without parameters. Nothing named: no opinion.
 */
export function attributesFilter(wanted: Readonly<Record<string, string>>): Filter {
  const pairs = Object.entries(wanted)
  if (pairs.length === 0) return noFilter
  const anchors = pairs
    .filter(([name, text]) => text !== '' && name !== mediaType)
    .map(([attribute, text]) => ({ any: [{ how: 'exact' as const, attribute, text }], whole: true }))
  const found = narrowest(anchors)
  return filterOf(
    (event) => {
      for (const [name, text] of pairs) {
        const value = name === mediaType ? mediaTypeOfData(event) : event.attributes.get(name)
        if (value === undefined || (text === '' ? value === '' : value !== text)) return 'fail'
      }
      return 'pass'
    },
    found && { any: found.any, whole: found.whole && pairs.length === 1 }
  )
}

const mediaType = 'datamediatype'

function mediaTypeOfData(event: CloudEvent): string | undefined {
  const type = event.attributes.get('datacontenttype')
  return type === undefined ? undefined : mediaTypeOf(type)
}
