/** How a registry is spoken to. */

/** `localhost`, names under `.local` and `.localhost`, loopback and private addresses: go-containerregistry's rules (name.Registry.Scheme). */
const local =
  /^(localhost|.*\.local(host)?|127(\.\d{1,3}){3}|\[::1\]|10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2})(:\d+)?$/

export type Scheme = 'https' | 'http'

/** HTTP without TLS is for registries of this machine and of its private network alone, and only after TLS has failed there. */
export const schemesOf = (host: string): readonly Scheme[] => (local.test(host) ? ['https', 'http'] : ['https'])

/** Where a registry of an image's name is: Docker Hub has another name for its machines. */
export const hostOf = (registry: string): string => (registry === 'docker.io' ? 'index.docker.io' : registry)
