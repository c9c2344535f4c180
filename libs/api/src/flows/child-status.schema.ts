import { z } from 'zod'
import { conditionSchema } from '../conditions/condition.schema.ts'
import { objectReferenceSchema } from '../duck/reference.schema.ts'

const ready = conditionSchema.describe('Whether it is ready.')

/** What a flow says about a channel of its own. */
export const channelChildSchema = z.object({ channel: objectReferenceSchema.describe('The channel.'), ready })

/** What a flow says about a Subscription of its own. */
export const subscriptionChildSchema = z.object({ ready, subscription: objectReferenceSchema.describe('The Subscription.') })

/** What a flow says about a channel of its own. */
export type ChannelChild = z.infer<typeof channelChildSchema>
/** What a flow says about a Subscription of its own. */
export type SubscriptionChild = z.infer<typeof subscriptionChildSchema>
