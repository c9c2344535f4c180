const text = {
  requestSerialize: (value) => Buffer.from(value),
  requestDeserialize: (bytes) => bytes.toString(),
  responseSerialize: (value) => Buffer.from(value),
  responseDeserialize: (bytes) => bytes.toString()
}
const method = (name, requestStream, responseStream) => ({ path: `/e2e.Echo/${name}`, requestStream, responseStream, ...text })

/** One method of each kind, for grpc-js on both sides. */
export const echoService = {
  one: method('One', false, false),
  collect: method('Collect', true, false),
  spread: method('Spread', false, true),
  talk: method('Talk', true, true)
}
