import type { IssueToken } from './payload.ts'

/**
 * Issues a token once per pod, account and audience, until 80 % of its life are over, so that rewriting a volume for another reason keeps the
 * token. Tokens name their pod, so they are not shared between pods.
 */
export function cachingIssuer(issue: IssueToken, now: () => number = Date.now): { readonly issue: IssueToken; forget(uid: string): void } {
  const issued = new Map<string, Map<string, { readonly token: Promise<string>; readonly until: number }>>()
  return {
    async issue(pod, serviceAccount, audience, expirationSeconds) {
      const ofPod = issued.get(pod.uid) ?? new Map<string, { token: Promise<string>; until: number }>()
      issued.set(pod.uid, ofPod)
      const key = JSON.stringify([serviceAccount, audience, expirationSeconds])
      const known = ofPod.get(key)
      if (known !== undefined && known.until > now()) return known.token
      const token = issue(pod, serviceAccount, audience, expirationSeconds)
      ofPod.set(key, { token, until: now() + expirationSeconds * 800 })
      try {
        return await token
      } catch (error) {
        ofPod.delete(key)
        throw error
      }
    },
    forget: (uid) => {
      issued.delete(uid)
    }
  }
}
