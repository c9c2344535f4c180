export { ChannelError, type ChannelErrorCode } from './channel-error.ts'
export type {
  Bounds,
  ChannelStore,
  Consumer,
  ConsumeOptions,
  ConsumerStats,
  Delivery,
  Message,
  Topic,
  TopicOptions,
  TopicStats
} from './channel-store.ts'
export { StorageFailed } from './storage-failed.ts'
export { StorageFull } from './storage-full.ts'
