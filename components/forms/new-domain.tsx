'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { newDomainSchema } from '#lib/domains/domain-input.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { SwitchField, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

type Claim = (values: { domain: string; vouched?: boolean }) => Promise<ActionResult>

/** The button "Add domain" with its dialog. `mayVouch`: whether the reader may answer for the domain instead. */
export function NewDomain({ claim, mayVouch }: { claim: Claim; mayVouch: boolean }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<Plus aria-hidden="true" />} onClick={() => setOpen(true)}>
        Add domain
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Add a domain"
        description="What stands behind the @ of this company’s e-mail addresses. It counts once the company has shown, by a TXT record, that it is theirs."
      >
        <NewDomainForm claim={claim} mayVouch={mayVouch} close={() => setOpen(false)} />
      </Dialog>
    </>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Add domain
          </Button>
        </DialogButtons>
      }
    >
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
    </FormFrame>
  )
}
