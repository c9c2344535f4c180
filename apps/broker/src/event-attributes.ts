/** Extensions that the data plane reads or writes. */
export const attributes = {
  /** How many more brokers an event may pass (reference 3.1). */
  ttl: 'knativebrokerttl',
  arrivalTime: 'knativearrivaltime',
  /** CloudEvents' partitioning extension: events of one key are in order. */
  partitionKey: 'partitionkey'
} as const
