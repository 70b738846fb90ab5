'use client'

import { UserPlus } from 'lucide-react'
import { newMemberSchema } from '#lib/members/member-input.ts'
import { type MemberRow, roleNames, roleWords } from '../portal/member-table.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

type Role = MemberRow['role']
type Invite = (values: { email: string; name: string; role: Role }) => Promise<ActionResult>

/** The button "Invite member" with its dialog. `roles`: those the reader may give. */
export function InviteMember({ roles, invite }: { roles: Role[]; invite: Invite }) {
  return (
    <DialogButton
      variant="primary"
      icon={<UserPlus aria-hidden="true" />}
      label="Invite member"
      title="Invite a member"
      description="They get a link by mail, which works once and for a week, and choose there how they sign in."
    >
      {(close) => <InviteForm roles={roles} invite={invite} close={close} />}
    </DialogButton>
  )
}

function InviteForm({ roles, invite, close }: { roles: Role[]; invite: Invite; close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newMemberSchema,
    defaults: { email: '', name: '', role: roles.includes('admin') ? 'admin' : 'viewer' },
    action: invite,
    done: () => {
      close()
      toast.good('Invited. The link is on its way.')
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Send invitation">
      <TextField label="E-mail address" type="email" autoComplete="off" {...field('email')} />
      <TextField label="Name" autoComplete="off" hint="They can change it." {...field('name')} />
      <RoleField roles={roles} {...field('role')} />
    </DialogForm>
  )
}

/** The choice of a role, with what each may. */
export function RoleField({
  roles,
  ...rest
}: { roles: Role[]; error?: string | undefined } & React.ComponentProps<'select'>) {
  return (
    <SelectField
      label="Role"
      hint={
        <span className="grid">
          {roles.map((role) => (
            <span key={role}>
              {roleNames[role]}: {roleWords[role]}.
            </span>
          ))}
        </span>
      }
      {...rest}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {roleNames[role]}
        </option>
      ))}
    </SelectField>
  )
}
