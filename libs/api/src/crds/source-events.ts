/** The events that sources send, as annotation `registry.knative.dev/eventTypes` tells them on their definitions: for EventTypes and for people. */

const reference = 'ref'
const whole = 'resource'
const verbs = ['add', 'update', 'delete']

const apiServer = (mode: typeof reference | typeof whole) =>
  verbs.map((verb) => ({
    type: `dev.knative.apiserver.${mode}.${verb}`,
    description: `CloudEvent type used for ${verb} operations when in ${mode === reference ? 'Reference' : 'Resource'} mode`
  }))

export const apiServerSourceEvents = JSON.stringify([...apiServer(reference), ...apiServer(whole)])
export const pingSourceEvents = JSON.stringify([
  { type: 'dev.knative.sources.ping', description: 'CloudEvent type for fixed payloads on a specified cron schedule' }
])
