'use client'

import { useSyncExternalStore } from 'react'

type Precision = 'day' | 'minute' | 'second'

const shapes: Record<Precision, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  minute: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  second: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
}

function write(at: Date, precision: Precision, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', { ...shapes[precision], timeZone }).format(at)
}

const never = () => () => {}

/** An instant: in UTC as the server sends it, then in the reader's own time zone, with UTC on hover. */
export function Time({ at, precision = 'minute' }: { at: Date | string; precision?: Precision }) {
  const instant = typeof at === 'string' ? new Date(at) : at
  const utc = `${write(instant, precision, 'UTC')}${precision === 'day' ? '' : ' UTC'}`
  const text = useSyncExternalStore(
    never,
    () => write(instant, precision, undefined),
    () => utc,
  )
  return (
    <time
      dateTime={instant.toISOString()}
      title={`${write(instant, 'second', 'UTC')} UTC`}
      className="relative z-1 whitespace-nowrap tabular-nums"
    >
      {text}
    </time>
  )
}
