/** What applying a patch ends in. */

/** The new object (the input is never changed), or the HTTP status, reason and message of the refusal, and what the message hides. */
export type PatchResult =
  | { readonly kind: 'patched'; readonly object: unknown }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string; readonly message: string; readonly cause?: string }

export const patched = (object: unknown): PatchResult => ({ kind: 'patched', object })

/** 400: the patch itself is malformed. */
export const malformed = (message: string): PatchResult => ({ kind: 'refused', code: 400, reason: 'BadRequest', message })

/** 422: the patch does not fit the object. The reference hides its reason behind one sentence. */
export const unfitting = (cause?: string): PatchResult => ({
  kind: 'refused',
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
  ...(cause === undefined ? {} : { cause })
})

/** 500 without a reason: what the reference answers for a plain Go error. */
export const failed = (message: string): PatchResult => ({ kind: 'refused', code: 500, reason: '', message })
