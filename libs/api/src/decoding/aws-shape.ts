/** Connectors to AWS as Go types (eventing/pkg/apis/common/integration). */
import { bool, embedded, int, pointer, string, struct, value, values } from './shape.ts'

const common = embedded('AWSCommon', { ...values(string, 'region', 'uriEndpointOverride'), overrideEndpoint: value(bool) })

export const s3 = struct('integration.AWSS3', {
  ...common,
  ...values(string, 'arn', 'destinationBucket', 'destinationBucketPrefix', 'destinationBucketSuffix', 'prefix'),
  ...values(bool, 'deleteAfterRead', 'moveAfterRead', 'autoCreateBucket', 'ignoreBody', 'forcePathStyle'),
  ...values(int, 'delay', 'maxMessagesPerPoll')
})

export const sqs = struct('integration.AWSSQS', {
  ...common,
  ...values(string, 'arn', 'host', 'protocol', 'queueURL'),
  ...values(bool, 'deleteAfterRead', 'autoCreateQueue', 'greedy'),
  ...values(int, 'delay', 'maxMessagesPerPoll', 'waitTimeSeconds', 'visibilityTimeout')
})

export const ddbStreams = struct('integration.AWSDDBStreams', {
  ...common,
  ...values(string, 'table', 'streamIteratorType'),
  delay: value(int)
})

export const sns = struct('integration.AWSSNS', { ...common, arn: value(string), autoCreateTopic: value(bool) })

export const connectorAuth = struct('integration.Auth', {
  secret: pointer(struct('integration.Secret', { ref: pointer(struct('integration.SecretReference', { name: value(string) })) })),
  serviceAccountName: value(string)
})
