import Link from 'next/link'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Panel } from '#components/ui/panel.tsx'

export default function NotFound() {
  return (
    <Panel>
      <EmptyState
        title="There is nothing at this address"
        as="h1"
        action={
          <Link href="/" className={buttonClass('primary')}>
            Go home
          </Link>
        }
      >
        It may have been deleted, or it belongs to another organization.
      </EmptyState>
    </Panel>
  )
}
