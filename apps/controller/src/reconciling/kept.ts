export { Kept } from '@knative-ts/kube'
