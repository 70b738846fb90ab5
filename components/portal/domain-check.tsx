'use client'

import { useState, useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { toast } from '../ui/toaster.tsx'

type Checked = { ok: true; value: { verified: boolean; message: string } } | { ok: false; message: string }

/** Looks for the TXT record now, and says what was found. */
export function DomainCheck({ domain, check }: { domain: string; check: () => Promise<Checked> }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()

  function look() {
    setProblem(null)
    startTransition(async () => {
      const outcome = await check()
      if (outcome.ok && outcome.value.verified) return void toast.good(`${domain} is verified.`)
      setProblem(outcome.ok ? outcome.value.message : outcome.message)
    })
  }

  return (
    <div className="grid justify-items-start gap-3">
      {problem && (
        <Notice tone="warn" live>
          {problem}
        </Notice>
      )}
      <Button size="sm" pending={pending} onClick={look} aria-label={`Look for the record now: ${domain}`}>
        Look for the record now
      </Button>
    </div>
  )
}
