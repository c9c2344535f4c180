export { startApiServer, type ApiServer, type ApiServerOptions, type Log, type TokenOptions } from './api-server.ts'
export type { ResolveService } from './admission/webhook-client.ts'
export type { User } from './auth/user.ts'
export type { AccessDecision } from './http/pipeline.ts'
export { forbiddenMessage } from './auth/attributes.ts'
export type { ExecOptions, ExecResult, ExecStreams, LogOptions, PodName, PodStreams, PortStream } from './requests/pod-streams.ts'
export type { ObjectStore, StoredObject, StoreEvent, StoreKey, WriteDecision } from './store/object-store.ts'
export type { Registry } from './registry/registry.ts'
export type { ResourceType } from './registry/resource-type.ts'
export {
  resourceTypesOf,
  startControllers,
  type ControllersOptions,
  type LiveObject,
  type ResourceTypes,
  type StartControllers
} from './controllers/index.ts'
export { lockDataDirectory } from './store/lock-data-directory.ts'
