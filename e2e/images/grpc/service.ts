const text = {
  requestSerialize: (value: string) => Buffer.from(value),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (value: string) => Buffer.from(value),
  responseDeserialize: (bytes: Buffer) => bytes.toString()
}
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/e2e.Echo/${name}`,
  requestStream,
  responseStream,
  ...text
})

/** One method of each kind, for grpc-js on both sides. */
export const echoService = {
  one: method('One', false, false),
  collect: method('Collect', true, false),
  spread: method('Spread', false, true),
  talk: method('Talk', true, true)
}
