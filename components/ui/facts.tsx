import type { ReactNode } from 'react'

/** Names and values, one under the other on a narrow screen, side by side on a wide one. */
export function Facts({ facts }: { facts: { label: string; value: ReactNode }[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2.5 sm:grid-cols-[minmax(8rem,12rem)_1fr]">
      {facts.map((fact) => (
        <div key={fact.label} className="grid gap-0.5 sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-muted">{fact.label}</dt>
          <dd className="min-w-0 break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** An identifier as machines write it. */
export function Id({ children }: { children: ReactNode }) {
  return <code className="break-all font-mono text-sm">{children}</code>
}
