'use client'

import { Button } from '#components/ui/button.tsx'
import { FullPageMessage } from '#components/ui/full-page-message.tsx'
import './globals.css'

/** When even the frame of all pages failed. */
export default function GlobalError({ retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <FullPageMessage
          title="The portal could not be shown"
          actions={
            <Button variant="primary" onClick={() => retry()}>
              Try again
            </Button>
          }
        >
          Something went wrong on our side. The log of the server says what.
        </FullPageMessage>
      </body>
    </html>
  )
}
