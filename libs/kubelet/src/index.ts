export { cleanUp } from './clean-up.ts'
export { type ImageReference, parseImageReference } from '@knative-ts/registry'
export type { ImageConfig } from './image/local-image.ts'
export { PackageError, readPackage } from './image/package-image.ts'
export { completed as completedImageName } from './image/store/names.ts'
export {
  chosen as manifestFor,
  type Descriptor,
  ImageError,
  type ImageConfiguration,
  type ImageIndex,
  type Manifest,
  mediaTypes,
  nameAnnotations,
  type Platform
} from './image/store/oci.ts'
export { type OpenImageStore, openImageStore } from './image/store/open-image-store.ts'
export type { ImageStore, StoredImage } from './image/store/image-store.ts'
export { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts'
export type { LogOptions } from './logs/read-log.ts'
export type { Milestone, PodMilestone } from './milestones.ts'
export type { NetworkFacts } from './network/network.ts'
export { type NetworkMode, type OpenNetwork, openNetwork } from './network/open-network.ts'
export { type BackOffPolicy, reducedBackOff } from './pod/restart-back-off.ts'
export { bindingPort } from './service/binding-port.ts'
export type { ExecOptions, ExecSession } from './runtime/exec-session.ts'
export type { AttachSession } from './streams/attach.ts'
export { type PodStreams, StreamError } from './streams/pod-streams.ts'
export type { IssueToken } from './volume/payload.ts'
