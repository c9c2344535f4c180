import { errorText, type KubeClient } from '@knative-ts/kube'
import { type Keychain, parseImageReference, type RegistryClient, repositoryOf } from '@knative-ts/registry'
import type { DigestQuestion, LookUp } from './digest-resolver.ts'
import { credentialsText, pullKeychain } from './pull-keychain.ts'

/** Docker Hub's name in digests, as upstream writes it. */
const dockerHub = /^docker\.io\//

/** Asks registries for the digests of tags, as the pods of the revision would pull. */
export function registryDigests(client: KubeClient, registries: RegistryClient): LookUp {
  return {
    begin(question) {
      // Read once for all images of a revision, and only where one is asked for.
      let keychain: Promise<Keychain> | undefined
      return (image) => digestOf(image, question, registries, () => (keychain ??= pullKeychain(client, question)))
    },
    credentials: (puller) => credentialsText(client, puller)
  }
}

async function digestOf(
  image: string,
  { key, timeoutMs }: DigestQuestion,
  registries: RegistryClient,
  keychain: () => Promise<Keychain>
): Promise<string> {
  const reference = parseImageReference(image)
  if (reference === undefined) throw new Error(`could not parse reference: ${image}`)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const repository = registries.open(reference, { keychain: await keychain(), userAgent: `knative/${key.split('/')[1]} (serving)` })
    return `${repositoryOf(reference).replace(dockerHub, 'index.docker.io/')}@${await repository.digest(signal)}`
  } catch (error) {
    if (!signal.aborted) throw error
    const host = reference.registry.replace(/^docker\.io$/, 'index.docker.io')
    throw new Error(
      `the registry ${host} did not answer within ${timeoutMs / 1_000} s (digest-resolution-timeout of config-deployment): ${errorText(error)}`,
      { cause: error }
    )
  }
}
