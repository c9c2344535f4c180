/** The Status object that a Kubernetes API server answers errors with. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Record<string, unknown>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: {
    readonly name?: string
    readonly group?: string
    readonly kind?: string
    readonly uid?: string
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]
    readonly retryAfterSeconds?: number
  }
  readonly code?: number
}

/** The API server refused: `code` is the HTTP status, `reason` Kubernetes' word for it (`NotFound`, `Conflict`, ...). */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? status.reason ?? `HTTP ${status.code ?? 0}`)
    this.name = 'ApiError'
    this.code = status.code ?? 0
    this.reason = status.reason ?? ''
    this.status = status
  }
}

/** 404: the object, or its namespace, is not there. */
export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404
/** 409 with reason Conflict: somebody wrote since the object was read. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.code === 409 && error.reason === 'Conflict'
/** 409 with reason AlreadyExists. */
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 409 && error.reason === 'AlreadyExists'
/** 410: the watch or continue token is older than the server remembers; list again. */
export const isExpired = (error: unknown): boolean => error instanceof ApiError && error.code === 410
/**
 * 422 without an invalid field: a JSON patch did not fit, because a `test` in it failed or what it speaks of is not there. Not a refusal
 * of what the patch would have made: that names the fields.
 */
export const isPatchMisfit = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 422 && (error.status.details?.causes ?? []).length === 0
/** 403: nothing can be created in a namespace that is on its way out. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ApiError && error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true
