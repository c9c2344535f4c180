/**
 * Recorded cases that standalone answers otherwise than the real API server, as AREA/NAME, with the reason; `docs/standalone.md` tells users the same.
 * A case that is listed and passes fails the suite: take it off the list.
 */
export const knownDifferences: Readonly<Record<string, string>> = {
  'founding/pod: spec may not change': 'The refusal lacks the diff that Kubernetes appends: it is one of the memory layout of Go structs.',
  'admission-policy/policy: table': 'Tables of admission policies have the columns that every kind has.',
  'cel/sets compare without order': 'Lists of type set compare in order.',
  'cel/optionals': 'The CEL library does not compare optionals of a known type with those of an unknown one.',
  'cel/rule: oldSelf in a message alone': 'Rules have a time limit instead of an estimated cost.',
  'cel/rule: too costly': 'Rules have a time limit instead of an estimated cost.',
  'cel/rule: a heterogeneous list': 'Lists of values of several types are taken.',
  'conversion/what is asked': 'What a conversion webhook answered is kept for as long as the object is: it is asked once.',
  'conversion/apply in both versions': 'Owners of fields are not carried over by a conversion webhook.',
  'crd/embedded resources': 'Warnings of unknown fields in embedded metadata come before those in what else is embedded.',
  'crd/storage moves and versions go': 'A stored version is listed again when the definition is written next, not at once.',
  'webhook/configuration: conditions: syntax': 'Syntax errors in CEL are told in the words of another parser.'
}

/** Cases that two parties race for: which of them wins is no promise of Kubernetes', so either outcome is right. */
export const races: Readonly<Record<string, string>> = {
  'founding/apply: owner references by uid':
    'The garbage collector may remove the object, whose owners do not exist, before the second apply.',
  'founding/apply: deployment scale conflict': 'The deployment controller may write its status between the two applies.',
  'founding/controller: deployment misses its deadline': 'The deadline of one second may pass before the ReplicaSet has counted its pod.',
  'founding/apply: deployment two managers of containers': 'The deployment controller may write its status between the two applies.',
  'admission-policy/params by name': "The params of a policy may be younger than what the server's cache of their kind has seen.",
  'admission-policy/params of the own namespace':
    "The params of a policy may be younger than what the server's cache of their kind has seen.",
  'admission-policy/params by selector': "The params of a policy may be younger than what the server's cache of their kind has seen.",
  'webhook/review of a scale': 'The deployment controller may write in between: the webhook is asked again for each new try.'
}
