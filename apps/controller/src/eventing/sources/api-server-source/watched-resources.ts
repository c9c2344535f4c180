import type { ApiServerSource } from '@knative-ts/api'
import { selectorText } from '@knative-ts/kube'

/** A resource as adapters are told it: upstream's spelling. */
export interface WatchedResource {
  readonly gvr: { readonly Group: string; readonly Version: string; readonly Resource: string }
  readonly selector?: string
}

/** The resources of a source, their plurals guessed from the kinds as upstream does. */
export function watchedResources({ spec }: ApiServerSource): readonly WatchedResource[] {
  return spec.resources.map(({ apiVersion = '', kind = '', selector }) => {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    const text = selector === undefined ? '' : selectorText(selector)
    return { gvr: { Group: group, Version: version, Resource: pluralOf(kind) }, ...(text !== '' && { selector: text }) }
  })
}

function pluralOf(kind: string): string {
  const word = kind.toLowerCase()
  if (word === 'endpoints') return word
  if (word.endsWith('s')) return `${word}es`
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
}
