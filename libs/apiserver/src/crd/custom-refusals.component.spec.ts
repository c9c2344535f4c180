/** What bad writes of custom resources are told, in the reference's words. */
import { beforeAll, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'

const GADGETS = '/apis/gadgets.example.com/v1/namespaces/default/gadgets'
const server = serverOfSuite()

beforeAll(async () => {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } }
  const { status } = await server.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.gadgets.example.com' },
    spec: {
      group: 'gadgets.example.com',
      scope: 'Namespaced',
      names: { plural: 'gadgets', kind: 'Gadget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }]
    }
  })
  expect(status).toBe(201)
  expect((await server.ask('POST', GADGETS, gadget({ size: 1 }, { name: 'there' }))).status).toBe(201)
})

const gadget = (spec: object, metadata: object = { name: 'g' }) => ({
  apiVersion: 'gadgets.example.com/v1',
  kind: 'Gadget',
  metadata,
  spec
})
const merge = { type: 'application/merge-patch+json' }

it.each([
  [
    'an unknown field, strictly',
    'POST',
    `${GADGETS}?fieldValidation=Strict`,
    gadget({ colour: 1 }),
    {},
    400,
    'Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.colour"'
  ],
  [
    'a number for a label',
    'POST',
    GADGETS,
    gadget({}, { name: 'g', labels: { a: 1 } }),
    {},
    400,
    'Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string'
  ],
  [
    'an unknown field by merge patch, strictly',
    'PATCH',
    `${GADGETS}/there?fieldValidation=Strict`,
    { spec: { colour: 1 } },
    merge,
    422,
    expect.stringMatching(
      /^ "" is invalid: patch: Invalid value: "\{\\"apiVersion\\":.*\\"spec\\":\{\\"colour\\":1,\\"size\\":1\}\}": strict decoding error: unknown field "spec\.colour"$/
    )
  ],
  [
    'a scale that the definition does not have',
    'GET',
    `${GADGETS}/there/scale`,
    undefined,
    {},
    404,
    'gadgets.gadgets.example.com "there" not found'
  ],
  [
    'another version',
    'POST',
    GADGETS,
    { ...gadget({}), apiVersion: 'gadgets.example.com/v2' },
    {},
    400,
    'the API version in the data (gadgets.example.com/v2) does not match the expected API version (gadgets.example.com/v1)'
  ],
  [
    'infinity',
    'POST',
    GADGETS,
    'apiVersion: gadgets.example.com/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: .inf}\n',
    { type: 'application/yaml' },
    400,
    expect.stringMatching(/^the object provided is unrecognized \(must be of type Gadget\): json: unsupported value: \+Inf \(6170/)
  ]
])('%s', async (_, method, path, body, asked, status, message) => {
  const answer = await server.ask(method, path, body, asked)
  expect([answer.status, answer.json.message]).toEqual([status, message])
})

it('warns of the members of another version before it refuses it', async () => {
  const answer = await server.ask('POST', GADGETS, { ...gadget({}), apiVersion: 'gadgets.example.com/v2' })
  expect(answer.headers['warning']).toBe('299 - "unknown field \\"spec\\""')
})

it('answers nothing in protobuf, and writes nothing for a client that takes nothing else', async () => {
  const answer = await server.ask('POST', GADGETS, gadget({}, { name: 'unseen' }), {
    headers: { accept: 'application/vnd.kubernetes.protobuf' }
  })
  expect([answer.status, answer.headers['content-type']]).toEqual([406, 'application/vnd.kubernetes.protobuf'])
  expect(answer.text).toMatch(/^k8s\0[^]*Failure[^]*only the following media types are accepted: [^]*NotAcceptable/)
  expect((await server.ask('GET', `${GADGETS}/unseen`)).status).toBe(404)
})
