/** What is wrong with an image reference, by the rules of go-containerregistry's weak validation: `[registry/]repository[:tag][@digest]`. */
export function imageReferenceProblem(image: string): string | undefined {
  return isTagged(image) || isDigested(image) ? undefined : `could not parse reference: ${image}`
}

function isTagged(image: string): boolean {
  const colon = image.lastIndexOf(':')
  const tag = colon < 0 ? '' : image.slice(colon + 1)
  // A colon before a slash belongs to the registry's port.
  if (colon < 0 || tag.includes('/')) return isRepository(image)
  return /^[A-Za-z0-9_.-]{0,128}$/.test(tag) && isRepository(image.slice(0, colon))
}

function isDigested(image: string): boolean {
  const [base = '', digest, ...rest] = image.split('@')
  if (digest === undefined || rest.length > 0 || !/^sha256:[0-9a-f]{64}$/.test(digest)) return false
  return isTagged(base) || isRepository(base)
}

function isRepository(text: string): boolean {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const hasRegistry = first.includes('.') || first.includes(':')
  const path = hasRegistry ? text.slice(slash + 1) : text
  return /^[a-z0-9_./-]{2,255}$/.test(path) && (!hasRegistry || isAuthority(first))
}

const isAuthority = (text: string): boolean => /^(\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9._~!$&'()*+,;=-]*)(:\d*)?$/.test(text)
