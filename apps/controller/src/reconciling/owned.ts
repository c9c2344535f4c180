export { ensureOwned, NotOwnedError, type Ensured } from '@knative-ts/kube'
