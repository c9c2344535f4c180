export { type Admission, Breaker, type BreakerLimits, type Cancellation } from './breaker.ts'
