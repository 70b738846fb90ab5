import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

/** A value somebody has to carry elsewhere: its name, the value whole, a copy button, and where it belongs. */
export function CopyField({
  label,
  value,
  hint,
  action,
}: {
  label: string
  value: string
  hint?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid gap-1.5">
      <p className="font-medium">{label}</p>
      <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-3">
        <code className="min-w-0 flex-1 break-all py-1.5 font-mono text-sm leading-5">{value}</code>
        {action}
        <CopyButton value={value} what={label} />
      </div>
      {hint && <p className="text-muted text-sm">{hint}</p>}
    </div>
  )
}
