/** The media type of a Content-Type in lower case, without parameters. */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

/** Whether data of this type is JSON: `application/json`, `text/json`, anything `+json`, and data without a type (CloudEvents JSON format, 3.1). */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === 'application/json') return true
  const type = mediaTypeOf(contentType)
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json')
}
