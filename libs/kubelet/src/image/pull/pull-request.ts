import type { Keychain } from '@knative-ts/registry'

/** For whom an image is pulled. */
export interface PullRequest {
  /** What the pod may pull with; read when a registry is asked. */
  keychain(): Promise<Keychain>
  /** A registry is about to be asked. */
  onStart(): void
}
