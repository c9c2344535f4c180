import type { Fields, RecordedRequest } from './recording.ts'

/** Where our data plane differs from what was recorded of the original, on purpose. By section and case. */
export const onPurpose: Readonly<Record<string, string>> = {
  'channel unknown-channel': 'an unknown channel is 404, as the specification says and not 500',
  'channel host-short': 'an unknown host is 404 and not 500',
  'channel host-with-port': 'a host names its channel whether or not the port is written behind it',
  'channel host-upper': 'a host names its channel in either case',
  'channel structured-extension-float': 'a number keeps its fraction: 1.5 is not cut to 1',
  'channel specversion-0.3-extras': 'a 0.3 event with schemaurl and datacontentencoding is accepted, not accepted or refused at random',
  'ingress specversion-0.3-extras': 'as channel specversion-0.3-extras',
  'filter no-id': 'an event without id is none, at this door as at the others: 400'
}

/** Where what a sink gets differs on purpose, by case of `delivery`: what the recorded request would be. */
export const deliveredOnPurpose: Readonly<Record<string, (request: RecordedRequest) => RecordedRequest>> = {
  // A dead letter always says why: after an answer that is no event, and after a 304.
  'trigger ebatch': failedWith('502', '[{"specversion":"1.0","id":"r5","type":"reply.type","source":"/reply"}]', 'ebatch'),
  'trigger badver': failedWith('502', 'x', 'badver'),
  'trigger text': failedWith('502', 'not an event', 'text'),
  'trigger text202': failedWith('502', 'accepted', 'text202'),
  'trigger 304': failedWith('304', '', '304'),
  // What goes along with an event goes along with its dead letter, too, when it was the reply that was refused.
  'trigger noid': dead(() => [['X-Request-Id', 'req-noid']]),
  // Which server was asked for the name is nobody's business.
  'trigger nohost': (request) => ({
    ...request,
    headers: request.headers.map(([name, value]) => [
      name,
      name === 'Ce-Knativeerrordata'
        ? base64('dispatch error: Post "http://nope.example.org/x": dial tcp: lookup nope.example.org: no such host')
        : value
    ])
  })
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** More headers of the dead letter. */
function dead(more: () => Fields): (request: RecordedRequest) => RecordedRequest {
  return (request) => (request.path.includes('/dead') ? { ...request, headers: [...request.headers, ...more()] } : request)
}

function failedWith(code: string, data: string, key: string): (request: RecordedRequest) => RecordedRequest {
  return dead(() => [
    ['Ce-Knativeerrorcode', code],
    ['Ce-Knativeerrordata', base64(data)],
    ['Ce-Knativeerrordest', `http://SINK/s/${key}/sub`]
  ])
}
