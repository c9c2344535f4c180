import { z } from 'zod'
import { int32 } from '../schema/wire.ts'

const text = (description: string) => z.string().exactOptional().describe(description)
const flag = (by: boolean, description: string) => z.boolean().default(by).describe(description)
const count = (by: number, description: string) => int32().default(by).describe(description)
const endpoint = {
  overrideEndpoint: flag(false, 'Uses uriEndpointOverride in place of the endpoint of the region.'),
  uriEndpointOverride: text('Another endpoint.')
}
const place = { arn: text('The ARN.'), region: text('The region.') }

export const s3Schema = z.object({
  ...place,
  ...endpoint,
  autoCreateBucket: flag(false, 'Makes the bucket when it is not there.'),
  delay: count(500, 'The time between two looks, in milliseconds.'),
  deleteAfterRead: flag(true, 'Deletes objects that were read.'),
  destinationBucket: text('Where objects that were read are moved to.'),
  destinationBucketPrefix: text('What their names begin with there.'),
  destinationBucketSuffix: text('What their names end in there.'),
  forcePathStyle: flag(false, 'Names the bucket in the path.'),
  ignoreBody: flag(false, 'Does not read the content.'),
  maxMessagesPerPoll: count(10, 'The most objects of one look.'),
  moveAfterRead: flag(false, 'Moves objects that were read.'),
  prefix: text('Only objects whose names begin so.')
})

export const sqsSchema = z.object({
  ...place,
  ...endpoint,
  autoCreateQueue: flag(false, 'Makes the queue when it is not there.'),
  delay: count(500, 'The time between two looks, in milliseconds.'),
  deleteAfterRead: flag(true, 'Deletes messages that were read.'),
  greedy: flag(false, 'Looks again at once after a look that found something.'),
  host: z.string().default('amazonaws.com').describe('The host of the service.'),
  maxMessagesPerPoll: count(1, 'The most messages of one look.'),
  protocol: z.string().default('https').describe('The protocol of the service.'),
  queueURL: text('The URL of the queue.'),
  visibilityTimeout: int32().exactOptional().describe('How long a message that was read is hidden, in seconds.'),
  waitTimeSeconds: int32().exactOptional().describe('How long a look waits, in seconds.')
})

export const ddbStreamsSchema = z.object({
  ...endpoint,
  delay: count(500, 'The time between two looks, in milliseconds.'),
  region: text('The region.'),
  streamIteratorType: z.string().default('FROM_LATEST').describe('Where reading begins.'),
  table: text('The table.')
})

export const snsSchema = z.object({
  ...place,
  ...endpoint,
  autoCreateTopic: flag(false, 'Makes the topic when it is not there.')
})

/** How a connector proves who it is. */
export const connectorAuthSchema = z.object({
  secret: z
    .object({
      ref: z
        .object({ name: z.string().exactOptional().describe('The name of the Secret.') })
        .exactOptional()
        .describe('The Secret with the keys.')
    })
    .exactOptional()
    .describe('Keys from a Secret.'),
  serviceAccountName: text('The ServiceAccount whose credentials are used.')
})
