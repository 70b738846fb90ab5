'use client'

import { Plus } from 'lucide-react'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { type InvitationValues, invitationForm } from './invitation-schemas.ts'
import { TenantField } from './known-fields.tsx'
import { useActionForm } from './use-action-form.ts'

type Props = {
  /** Slug of the one that is looked at, or empty. */
  tenant: string
  /** Offered while typing. */
  tenants: { slug: string; name: string }[]
  send: (values: InvitationValues) => Promise<ActionResult>
}

/** The button "Invite somebody" with its dialog. */
export function Invite(props: Props) {
  return (
    <DialogButton
      variant="primary"
      icon={<Plus aria-hidden="true" />}
      label="Invite somebody"
      title="Invite somebody"
      description="They get a mail with a link that is good for seven days, for them alone, and once."
    >
      {(close) => <InviteForm {...props} close={close} />}
    </DialogButton>
  )
}

function InviteForm({ tenant, tenants, send, close }: Props & { close: () => void }) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: invitationForm,
    defaults: { tenant, email: '', firstName: '', lastName: '', namespaces: '' },
    action: send,
    done: () => {
      toast.good(`${form.getValues('email')} is invited.`)
      close()
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Send invitation">
      <TenantField
        tenants={tenants}
        hint="The slug of the company this person belongs to."
        {...field('tenant')}
      />
      <TextField label="E-mail address" type="email" autoComplete="off" {...field('email')} />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField label="First name" optional autoComplete="off" {...field('firstName')} />
        <TextField label="Last name" optional autoComplete="off" {...field('lastName')} />
      </div>
      <TextArea
        label="Namespaces"
        optional
        autoComplete="off"
        spellCheck={false}
        rows={2}
        hint="They are put into these when they accept. One name a line."
        {...field('namespaces')}
      />
    </DialogForm>
  )
}
