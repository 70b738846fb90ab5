'use client'

import { Plus } from 'lucide-react'
import { useState, useTransition } from 'react'
import { LastUse } from '../portal/application-table.tsx'
import type { SecretView } from '../portal/application-views.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Id } from '../ui/facts.tsx'
import { Section } from '../ui/section.tsx'
import { Time } from '../ui/time.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'

type Actions = {
  create: () => Promise<ActionResult<{ clientSecret: string }>>
  remove: (secretId: string) => Promise<ActionResult>
}

/**
 * The secrets of an application. Without `actions` they can be looked at alone; where they are not `needed`, because it
 * signs with its own key, they can only go.
 */
export function ApplicationSecrets({
  secrets,
  needed,
  actions,
}: {
  secrets: SecretView[]
  needed: boolean
  actions: Actions | null
}) {
  const columns: Column<SecretView>[] = [
    { label: 'Ends in', cell: (row) => <Id>…{row.hint}</Id> },
    { label: 'Created', cell: (row) => <Time at={row.createdAt} /> },
    { label: 'Last used', cell: (row) => <LastUse at={row.lastUsedAt} /> },
    ...(actions
      ? [
          {
            label: 'Action',
            bare: true,
            className: 'text-right',
            cell: (row: SecretView) => (
              <DeleteSecret secret={row} only={needed && secrets.length === 1} remove={actions.remove} />
            ),
          },
        ]
      : []),
  ]
  return (
    <Section
      title="Secrets"
      lead={
        needed
          ? `The application proves who it is with one of these. We keep only their hashes. ${
              secrets.length < 2
                ? 'There can be two at a time.'
                : 'Two is the most: delete one before you make another.'
            }`
          : 'Not used: the application signs with its own key. They work again should it go back to secrets.'
      }
      action={actions && needed && <NewSecret full={secrets.length >= 2} create={actions.create} />}
      flush
    >
      {secrets.length > 0 ? (
        <DataTable caption="Secrets" columns={columns} rows={secrets} rowKey={(row) => row.id} />
      ) : (
        <EmptyState title="No secret yet">The application cannot exchange codes until it has one.</EmptyState>
      )}
      {actions && needed && <Exchange />}
    </Section>
  )
}

function NewSecret({ full, create }: { full: boolean; create: Actions['create'] }) {
  const [secret, setSecret] = useState<string | null>(null)
  const [open, setOpen] = useState(false)
  const [pending, startTransition] = useTransition()

  function make() {
    startTransition(async () => {
      const result = await create()
      if (!result.ok) return void toast.bad(result.message)
      setSecret(result.value.clientSecret)
      setOpen(true)
    })
  }

  return (
    <>
      <Button icon={<Plus aria-hidden="true" />} pending={pending} disabled={full} onClick={make}>
        New secret
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="The new secret"
        description="It is shown this once. Copy it to where the application reads it."
      >
        <CopyField label="Client secret" value={secret ?? ''} />
        <DialogButtons>
          <Button variant="primary" onClick={() => setOpen(false)}>
            I have copied it
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  )
}

function DeleteSecret({
  secret,
  only,
  remove,
}: {
  secret: SecretView
  only: boolean
  remove: Actions['remove']
}) {
  if (only) return <span className="text-muted text-sm">The only one</span>
  return (
    <ConfirmButton
      size="sm"
      label="Delete"
      title={`Delete the secret that ends in ${secret.hint}?`}
      confirmLabel="Delete secret"
      done="Deleted. It is refused from now on."
      run={() => remove(secret.id)}
    >
      <p>
        Whoever still uses it is refused at once: nobody can sign in to that copy of the application until it
        has the other secret.{' '}
        {secret.lastUsedAt ? <LastUseSentence at={secret.lastUsedAt} /> : 'It was never used.'}
      </p>
    </ConfirmButton>
  )
}

function LastUseSentence({ at }: { at: Date | string }) {
  return (
    <>
      It was last used <Time at={at} />.
    </>
  )
}

/** How a secret is exchanged while people go on signing in. */
function Exchange() {
  return (
    <div className="border-line border-t px-4 py-4 sm:px-6">
      <p className="font-medium">Exchange a secret without downtime</p>
      <ol className="mt-1 grid list-decimal gap-0.5 pl-5 text-muted">
        <li>Make a new secret. Both work from then on.</li>
        <li>Give the new one to every copy of the application.</li>
        <li>Wait until “Last used” of the old one stands still.</li>
        <li>Delete the old one.</li>
      </ol>
    </div>
  )
}
