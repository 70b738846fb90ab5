'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { CopyButton } from './copy-button.tsx'
import { IconButton } from './icon-button.tsx'

/** A secret: hidden until asked for, copied without being shown. */
export function SecretField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const [shown, setShown] = useState(false)
  return (
    <div className="grid gap-1.5">
      <p className="font-medium">{label}</p>
      <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-3">
        <code className="min-w-0 flex-1 break-all py-1.5 font-mono text-sm leading-5">
          {shown ? (
            value
          ) : (
            <>
              <span aria-hidden="true">{'•'.repeat(24)}</span>
              <span className="sr-only">hidden</span>
            </>
          )}
        </code>
        <IconButton label={shown ? `Hide ${label}` : `Show ${label}`} onClick={() => setShown(!shown)}>
          {shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
        </IconButton>
        <CopyButton value={value} what={label} />
      </div>
      {hint && <p className="text-muted text-sm">{hint}</p>}
    </div>
  )
}
