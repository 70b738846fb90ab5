'use client'

import type { SecretView } from '../portal/application-views.ts'
import { howMany, type SecretActions, SecretList } from './secret-list.tsx'

/**
 * The secrets of an application. Where they are not `needed`, because it signs with its own key, they can only go.
 */
export function ApplicationSecrets({
  secrets,
  needed,
  actions,
}: {
  secrets: SecretView[]
  needed: boolean
  actions: SecretActions | null
}) {
  const lead = needed
    ? `The application proves who it is with one of these. We keep only their hashes. ${howMany(secrets.length)}`
    : 'Not used: the application signs with its own key. They work again should it go back to secrets.'
  return <SecretList secrets={secrets} needed={needed} actions={actions} words={{ ...words, lead }} />
}

const words = {
  label: 'Client secret',
  copyTo: 'Copy it to where the application reads it.',
  loss: 'Whoever still uses it is refused at once: nobody can sign in to that copy of the application until it has the other secret.',
  empty: { title: 'No secret yet', text: 'The application cannot exchange codes until it has one.' },
  steps: [
    'Make a new secret. Both work from then on.',
    'Give the new one to every copy of the application.',
    'Wait until “Last used” of the old one stands still.',
    'Delete the old one.',
  ],
}
