'use client'

import { Plus } from 'lucide-react'
import { newDomainSchema } from '#lib/domains/domain-input.ts'
import { DialogButton } from '../ui/dialog-button.tsx'
import { SwitchField, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

type Claim = (values: { domain: string; vouched?: boolean }) => Promise<ActionResult>

/** The button "Add domain" with its dialog. `mayVouch`: whether the reader may answer for the domain instead. */
export function NewDomain({ claim, mayVouch }: { claim: Claim; mayVouch: boolean }) {
  return (
    <DialogButton
      icon={<Plus aria-hidden="true" />}
      label="Add domain"
      title="Add a domain"
      description="What stands behind the @ of this company’s e-mail addresses. It counts once the company has shown, by a TXT record, that it is theirs."
    >
      {(close) => <NewDomainForm claim={claim} mayVouch={mayVouch} close={close} />}
    </DialogButton>
  )
}

function NewDomainForm({ claim, mayVouch, close }: { claim: Claim; mayVouch: boolean; close: () => void }) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: newDomainSchema,
    defaults: { domain: '', vouched: false },
    action: claim,
    done: () => {
      close()
      toast.good(form.getValues('vouched') ? 'Added.' : 'Added. Its TXT record can be set now.')
    },
  })

  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Add domain">
      <TextField
        label="Domain"
        mono
        placeholder="globex.example"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...field('domain')}
      />
      {mayVouch && (
        <SwitchField
          label="I vouch for it"
          hint="It counts at once, without a TXT record, and your name stands beside it here and in the audit log."
          {...field('vouched')}
        />
      )}
    </DialogForm>
  )
}
