'use client'

import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** In place of a page that failed, with the navigation still around it. */
export default function PageFailure({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return (
    <Notice
      tone="bad"
      live
      title="This page could not be shown"
      action={<Button onClick={() => retry()}>Try again</Button>}
    >
      Something went wrong on our side; nothing has been changed.
      {error.digest && (
        <>
          {' '}
          In the log of the server it is <code className="font-mono text-sm">{error.digest}</code>.
        </>
      )}
    </Notice>
  )
}
