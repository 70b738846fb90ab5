'use client'

import { useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'

/** The button that leads to the company's sign-in, to be linked to it. */
export function CompanyLink({ begin }: { begin: () => Promise<ActionResult<string>> }) {
  const [pending, startTransition] = useTransition()
  function go() {
    startTransition(async () => {
      const begun = await begin()
      if (begun.ok) window.location.assign(begun.value)
      else toast.bad(begun.message)
    })
  }
  return (
    <Button pending={pending} onClick={go}>
      Link your company sign-in
    </Button>
  )
}
