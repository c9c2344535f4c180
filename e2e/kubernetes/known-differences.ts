/**
 * Recorded cases that standalone answers otherwise than the real API server, as AREA/NAME, with the reason; `docs/standalone.md` tells users the same.
 * A case that is listed and passes fails the suite: take it off the list.
 */
export const knownDifferences: Readonly<Record<string, string>> = {
  'founding/pod: spec may not change': 'The refusal lacks the diff that Kubernetes appends: it is one of the memory layout of Go structs.'
}

/** Cases that two parties race for: which of them wins is no promise of Kubernetes', so either outcome is right. */
export const races: Readonly<Record<string, string>> = {
  'founding/apply: owner references by uid':
    'The garbage collector may remove the object, whose owners do not exist, before the second apply.',
  'founding/apply: deployment scale conflict': 'The deployment controller may write its status between the two applies.',
  'founding/controller: deployment misses its deadline': 'The deadline of one second may pass before the ReplicaSet has counted its pod.',
  'founding/apply: deployment two managers of containers': 'The deployment controller may write its status between the two applies.'
}
