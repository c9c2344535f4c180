const DIFF = 'ours names what changed by field path and JSON, upstream by Go path and Go value'
const INIT = 'ours says initContainers[i], upstream containers[i], which is another container'

/** Where our answers differ from the recorded ones, and why. A case that begins to agree must leave this list. */
export const differences: ReadonlyMap<string, string> = new Map([
  ['update: same own name, other image', DIFF],
  ['update: same own name, other annotation', DIFF],
  ['update: same own name, other timeout', DIFF],
  ['update: revision other image', DIFF],
  ['update: revision volume added', DIFF],
  ['containers: three equal names', 'ours names both containers, upstream puts one path into the other: containers[2].containers[1].name'],
  ['containers: init without image, Enabled', INIT],
  ['containers: init with readiness, Enabled', INIT],
  ['containers: init with liveness and startup, Enabled', INIT],
  ['containers: init restarting always, Enabled', INIT],
  ['yaml: env value: 12:30:45', 'the YAML reader of this test knows sexagesimals, that of an API server does not'],
  ['extreme: 100 volumes unmounted', 'the recording holds only the beginning and a hash of the text']
])
