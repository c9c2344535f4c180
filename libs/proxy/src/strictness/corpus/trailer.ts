import { accept, chunked, chunks, post, refuse, rule, type Rule, waits } from '../rule.ts'

const trailing = (fields: string): string => chunked(`1\r\na\r\n0\r\n${fields}\r\n`)

/** Trailers of a request. */
export const trailer: readonly Rule[] = [
  rule('trailers are fields', 'RFC 9112 7.1.2', [
    accept(trailing('B: c\r\n'), 'one', chunks('a', ['B: c'])),
    accept(trailing('B: c\r\nb: d\r\nE:\r\n'), 'some', chunks('a', ['B: c', 'b: d', 'E: '])),
    accept(trailing('Grpc-Status: 0\r\n'), 'what gRPC has', chunks('a', ['Grpc-Status: 0'])),
    refuse('space-before-colon', trailing('B : c\r\n'), 'a space before the colon'),
    refuse('bad-name', trailing('Nonsense\r\n'), 'no colon'),
    refuse('bad-name', trailing(': c\r\n'), 'no name'),
    refuse('bad-name', trailing('B\x00: c\r\n'), 'NUL in a name'),
    refuse('nul', trailing('B: \x00\r\n'), 'NUL in a value'),
    refuse('bad-value', trailing('B: \x01\r\n'), 'a control byte'),
    refuse('folded', trailing('B: c\r\n d\r\n'), 'folded'),
    refuse('folded', trailing(' B: c\r\n'), 'a space before the first'),
    refuse('bare-lf', trailing('B: c\nD: e\r\n'), 'a bare LF'),
    refuse('bare-cr', trailing('B: c\rD: e\r\n'), 'a bare CR'),
    refuse('bare-lf', chunked('1\r\na\r\n0\r\nB: c\r\n\n'), 'a bare LF for the empty line'),
    waits(chunked('1\r\na\r\n0\r\nB: c\r\n'), 'no empty line yet')
  ]),
  rule('trailers do not frame, route or authorise', 'RFC 9110 6.5.1', [
    refuse('bad-trailer', trailing('Content-Length: 5\r\n'), 'a length'),
    refuse('bad-trailer', trailing('Transfer-Encoding: chunked\r\n'), 'a coding'),
    refuse('bad-trailer', trailing('Host: x\r\n'), 'a host'),
    refuse('bad-trailer', trailing('hOST: x\r\n'), 'a host in other case'),
    refuse('bad-trailer', trailing('Trailer: B\r\n'), 'the announcement of trailers'),
    refuse('bad-trailer', trailing('Connection: close\r\n'), 'a connection option'),
    refuse('bad-trailer', trailing('Upgrade: websocket\r\n'), 'an upgrade'),
    refuse('bad-trailer', trailing('Content-Encoding: gzip\r\n'), 'a content coding'),
    refuse('bad-trailer', trailing('Authorization: Basic eDp4\r\n'), 'credentials'),
    refuse('bad-trailer', trailing('Content-Type: text/html\r\n'), 'a content type'),
    refuse('bad-trailer', trailing('Content-Range: bytes 0-1/2\r\n'), 'a content range'),
    refuse('bad-trailer', trailing('B: c\r\nContent-Length: 5\r\n'), 'a length behind another'),
    waits(chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n'), 'a length, while there may be more to come')
  ]),
  rule('a head announces no trailers that may not come', 'RFC 9110 6.6.2; Go refuses the framing ones', [
    refuse('bad-trailer', post('Transfer-Encoding: chunked\r\nTrailer: Content-Length\r\n', '0\r\n\r\n'), 'a length'),
    refuse('bad-trailer', post('Trailer: a, transfer-encoding\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'a coding in a list'),
    refuse('bad-trailer', post('Transfer-Encoding: chunked\r\nTrailer: trailer\r\n', '0\r\n\r\n'), 'the announcement itself'),
    accept(post('Transfer-Encoding: chunked\r\nTrailer: B\r\n', '0\r\nB: c\r\n\r\n'), 'one that comes', {
      ...chunks('', ['B: c']),
      fields: ['Transfer-Encoding: chunked', 'Trailer: B']
    }),
    accept(post('Transfer-Encoding: chunked\r\nTrailer: B\r\n', '0\r\n\r\n'), 'one that does not come', {
      ...chunks(''),
      fields: ['Transfer-Encoding: chunked', 'Trailer: B']
    }),
    accept(post('Transfer-Encoding: chunked\r\nTrailer: B\r\n', '0\r\nC: d\r\n\r\n'), 'another one comes', {
      ...chunks('', ['C: d']),
      fields: ['Transfer-Encoding: chunked', 'Trailer: B']
    })
  ])
]
