export type { BegunBlob } from './blob.ts'
export { type Credentials, fingerprintOf } from './credentials.ts'
export { type ImageReference, parseImageReference, repositoryOf } from './image-reference.ts'
export { Keychain } from './keychain.ts'
export {
  chosen,
  type Descriptor,
  digestPattern,
  type ImageConfiguration,
  type ImageIndex,
  isIndex,
  type Manifest,
  mediaTypes,
  type Platform,
  platformsOf
} from './manifest.ts'
export { proxyFor, type ProxyChoice, type Proxies } from './proxy-choice.ts'
export { keychainOf, type NamedSecret, type PullSecret } from './pull-secret.ts'
export { type AccessEnvironment, registryAccess, type RegistryAccess } from './registry-access.ts'
export { RegistryClient, type Visitor } from './registry-client.ts'
export { RegistryError, type RegistryProblem } from './registry-error.ts'
export type { FetchedManifest, Repository } from './repository.ts'
export type { Patience } from './retry.ts'
