import type { Log } from '@knative-ts/kube'

/** A log for tests whose subject is not the log. */
export const quietLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
