export { Marks } from '@knative-ts/kube'
