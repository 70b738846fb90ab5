'use client'

import type { SecretView } from '../portal/application-views.ts'
import { howMany, type SecretActions, SecretList } from './secret-list.tsx'

/** The secrets with which a customer's page signs its tokens. */
export function JwtSecrets({ secrets, actions }: { secrets: SecretView[]; actions: SecretActions | null }) {
  const lead = `The customer’s page signs each token with one of these. They are kept sealed and never shown again. ${howMany(secrets.length)}`
  return <SecretList secrets={secrets} needed actions={actions} words={{ ...words, lead }} />
}

const words = {
  label: 'Secret',
  copyTo:
    'Hand it to the developer of the customer’s page. The key of HS512 is this text as it stands, not what it decodes to.',
  loss: 'Tokens signed with it are refused at once: if the customer’s page still uses it, nobody can sign in through this connection.',
  empty: { title: 'No secret yet', text: 'Nobody can sign in through this connection until it has one.' },
  steps: [
    'Make a new secret. Both work from then on.',
    'Hand the new one to the developer of the customer’s page.',
    'Wait until “Last used” of the old one stands still.',
    'Delete the old one.',
  ],
}
