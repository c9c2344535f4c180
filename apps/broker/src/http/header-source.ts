import type { HeaderSource } from '@knative-ts/eventing'
import type { HeaderList } from '@knative-ts/proxy'

/** A message's headers as the codec reads them. */
export function headerSource(headers: HeaderList): HeaderSource {
  return { forEach: (visit) => headers.forEach((name, value) => visit(name.toLowerCase(), value)) }
}
