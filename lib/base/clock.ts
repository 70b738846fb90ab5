/** Time as an argument. `now` is an instant in UTC. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

/** The instant `seconds` after `from`. */
export function secondsAfter(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000)
}

/** Whole seconds since the epoch, as JWT dates are written (RFC 7519 §2). */
export function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
