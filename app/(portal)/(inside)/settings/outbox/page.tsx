import type { Metadata } from 'next'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { MailTable } from '#components/portal/mail-table.tsx'
import { TestMail } from '#components/portal/test-mail.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listMails } from '#lib/mail/list-mails.ts'
import { house } from '#server/house-access.ts'
import { resend, sendTest } from './actions.ts'

export const metadata: Metadata = { title: 'Outbox' }

const states = [
  { value: 'waiting', label: 'Not sent yet' },
  { value: 'sent', label: 'Sent' },
  { value: 'failed', label: 'Given up' },
] as const

export default async function OutboxPage({ searchParams }: PageProps<'/settings/outbox'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor)) {
    return (
      <Notice title="The outbox is for owners and admins">
        It holds mails to other people, with links meant for them alone.
      </Notice>
    )
  }
  const state = states.find(({ value }) => value === textParam(params, 'state'))?.value
  const page = await listMails(house(), actor, { ...listParams(params), state, limit: 50 })
  const { smtp } = house().config
  return (
    <div className="grid gap-6">
      {smtp === null && (
        <Notice tone="warn" title="There is no mail server, so nothing is sent">
          Mails stay here and can be read here. Set <code>SMTP_URL</code> and start again: those of the last
          three days are sent then.
        </Notice>
      )}
      <div>
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <div className="min-w-0 flex-1 basis-80">
            <ListToolbar
              placeholder="Search recipient, subject"
              filters={[{ name: 'state', label: 'State', all: 'All states', options: [...states] }]}
            />
          </div>
          <TestMail send={sendTest} />
        </div>
        <Panel>
          {page.data.length > 0 ? (
            <MailTable mails={page.data} resend={smtp === null ? null : resend} />
          ) : isNarrowed(params) ? (
            <EmptyState title="No mail matches">Try fewer letters, or another state.</EmptyState>
          ) : (
            <EmptyState title="No mail has been written">
              Warnings before a certificate expires, invitations and links to reset a password will be here
              for thirty days. Send yourself a test to see whether mail arrives.
            </EmptyState>
          )}
          <Pager path="/settings/outbox" params={params} nextCursor={page.nextCursor} />
        </Panel>
      </div>
    </div>
  )
}
