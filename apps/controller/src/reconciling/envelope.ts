export { enveloped, type Kind, type Reconciled, type Surroundings } from '@knative-ts/kube'
