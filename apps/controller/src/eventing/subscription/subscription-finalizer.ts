/** What removes the entry of a Subscription from its channel before the Subscription goes. Children have it at birth: saves the write that would add it. */
export const subscriptionFinalizer = 'subscriptions.messaging.knative.dev'
