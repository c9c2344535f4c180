/** How readiness probes name themselves, as upstream's do (reference 5.3). */
export const probeAgent = 'kube-probe//'
