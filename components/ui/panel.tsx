import type { ReactNode } from 'react'

/** The surface a list lies on. */
export function Panel({ children }: { children: ReactNode }) {
  return <div className="overflow-clip rounded-xl border border-line bg-surface">{children}</div>
}
