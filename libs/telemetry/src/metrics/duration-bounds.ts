/** Boundaries of upstream's histograms of durations, in seconds. In a file of its own: who imports it does not load OpenTelemetry. */
export const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
