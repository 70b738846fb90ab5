'use client'

import { useTransition } from 'react'
import { memberChangeSchema } from '#lib/members/member-input.ts'
import type { MemberRow } from '../portal/member-table.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { RoleField } from './invite-member.tsx'
import { useActionForm } from './use-action-form.ts'

export type MemberActions = {
  changeRole: (id: string, values: { role: MemberRow['role'] }) => Promise<ActionResult>
  remove: (id: string) => Promise<ActionResult>
  resend: (id: string) => Promise<ActionResult>
  removeFactors: (id: string) => Promise<ActionResult>
}

/** What can be done with a member; the use cases decide for themselves. */
export function ManageMember({
  member,
  isOwner,
  isSelf,
  actions,
}: {
  member: MemberRow
  isOwner: boolean
  isSelf: boolean
  actions: MemberActions
}) {
  if (member.status === 'invited')
    return (
      <div className="flex flex-wrap gap-2 md:justify-end">
        <Resend member={member} resend={actions.resend} />
        <ConfirmButton
          size="sm"
          label="Take back"
          title={`Take back the invitation of ${member.name}?`}
          confirmLabel="Take back"
          done="Taken back."
          run={actions.remove.bind(null, member.id)}
        >
          <p>
            The link sent to <strong>{member.email}</strong> is worth nothing then. You can invite them again.
          </p>
        </ConfirmButton>
      </div>
    )
  if (!isOwner) return null
  return (
    <div className="flex flex-wrap gap-2 md:justify-end">
      <ChangeRole member={member} changeRole={actions.changeRole} />
      {member.secondFactor && !isSelf && (
        <ConfirmButton
          size="sm"
          label="Reset second factor"
          title={`Remove the second factors of ${member.name}?`}
          confirmLabel="Remove second factors"
          done="Removed. They have been told by mail."
          run={actions.removeFactors.bind(null, member.id)}
        >
          <p>
            For somebody who has lost them. Until <strong>{member.name}</strong> sets up new ones, the
            password alone opens the portal. Be sure that it was really they who asked.
          </p>
        </ConfirmButton>
      )}
      <ConfirmButton
        size="sm"
        label="Remove"
        title={`Remove ${member.name}?`}
        confirmLabel="Remove member"
        done="Removed."
        run={actions.remove.bind(null, member.id)}
      >
        <p>
          <strong>{member.email}</strong> is signed out everywhere at once and cannot come back without a new
          invitation. What they did stays in the audit log.
        </p>
      </ConfirmButton>
    </div>
  )
}

function Resend({ member, resend }: { member: MemberRow; resend: MemberActions['resend'] }) {
  const [pending, startTransition] = useTransition()
  function send() {
    startTransition(async () => {
      const outcome = await resend(member.id)
      if (outcome.ok) toast.good(`A new link is on its way to ${member.email}.`)
      else toast.bad(outcome.message)
    })
  }
  return (
    <Button size="sm" pending={pending} onClick={send}>
      Send again
    </Button>
  )
}

function ChangeRole({ member, changeRole }: { member: MemberRow; changeRole: MemberActions['changeRole'] }) {
  return (
    <DialogButton
      size="sm"
      label="Change role"
      title={`Role of ${member.name}`}
      description="It counts with their next click, without signing in again."
    >
      {(close) => <RoleForm member={member} changeRole={changeRole} close={close} />}
    </DialogButton>
  )
}

function RoleForm({
  member,
  changeRole,
  close,
}: {
  member: MemberRow
  changeRole: MemberActions['changeRole']
  close: () => void
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: memberChangeSchema,
    defaults: { role: member.role },
    action: (values) => changeRole(member.id, values),
    done: () => {
      close()
      toast.good('The role is changed.')
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Change role">
      <RoleField roles={['owner', 'admin', 'viewer']} {...field('role')} />
    </DialogForm>
  )
}
