import { createHash } from 'node:crypto'
import { tokenReviews } from '@knative-ts/api/kubernetes'
import type { KubeClient } from './client.ts'

/** Who calls, by a token: undefined when it may, else why not. Rejects when that cannot be found out now. */
export type Admission = (token: string | undefined) => Promise<string | undefined>

/** Who may call, and who reviews the token that a caller shows. */
export interface AdmissionOptions {
  readonly client: KubeClient
  /** ServiceAccount that alone may call. */
  readonly account: { readonly namespace: string; readonly name: string }
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Milliseconds for which a token that was reviewed is good here: who comes again is known though the API server is away. */
const goodForMs = 3_600_000

/** Tokens that are remembered; there are as many as pods of the account. */
const remembered = 1_000

/**
 * Every pod of a cluster reaches a role's port, and what roles tell each other is for nobody else: a call is for one ServiceAccount. The API
 * server says whose a token is; one that claims to be somebody else's does not get that far. Needs the right to create TokenReviews.
 */
export function admissionOf({ client, account: { namespace, name }, now = Date.now }: AdmissionOptions): Admission {
  const account = `system:serviceaccount:${namespace}:${name}`
  /** Digests of tokens, to the time until which they are good. */
  const good = new Map<string, number>()
  return async (token) => {
    if (token === undefined) return `this is for ServiceAccount ${account}: send its token`
    if (claimedBy(token) !== account) return `this is for ServiceAccount ${account}, and the token is another one's`
    const digest = createHash('sha256').update(token).digest('base64')
    if ((good.get(digest) ?? 0) > now()) return undefined
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } } as const
    const { status } = await client.create(tokenReviews, review)
    if (status?.authenticated !== true || status.user?.username !== account) return 'the token is not valid'
    if (good.size >= remembered) good.clear()
    good.set(digest, now() + goodForMs)
    return undefined
  }
}

/** Whom a token names as its subject; not verified. */
function claimedBy(token: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined
  } catch {
    // Not a token of a ServiceAccount, whatever it is.
    return undefined
  }
}
