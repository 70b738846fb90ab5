import Link from 'next/link'
import { buttonClass } from '#components/ui/button.tsx'
import { FullPageMessage } from '#components/ui/full-page-message.tsx'

export const metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <FullPageMessage
      title="There is nothing at this address"
      actions={
        <Link href="/" className={buttonClass('primary')}>
          Go to the portal
        </Link>
      }
    >
      The page may have been moved or deleted, or the address was mistyped.
    </FullPageMessage>
  )
}
