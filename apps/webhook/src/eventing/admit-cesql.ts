import { CesqlSyntaxError, parseCesql } from '@knative-ts/eventing'

/**
 * Reads the CESQL of a filter; throws an Error that says what is wrong. Upstream's words where it has some; where its parser panics, and says
 * nothing, ours. An expression that cannot be true or false whatever the event is refused too: upstream stores it, and its filter crashes.
 */
export function admitCesql(text: string): void {
  const { type } = parsed(text)
  if (type === 'string' || type === 'integer') throw new Error(`a filter has to be true or false, and this is always of type ${type}`)
}

function parsed(text: string): ReturnType<typeof parseCesql> {
  try {
    return parseCesql(text)
  } catch (error) {
    if (error instanceof CesqlSyntaxError && error.details !== undefined) throw new Error(error.details, { cause: error })
    throw error
  }
}
