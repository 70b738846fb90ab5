import type { Metadata } from 'next'
import Link from 'next/link'
import { isOwner } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ConnectionSettings } from '#components/forms/connection-settings.tsx'
import { keyOf } from '#components/forms/key-of.ts'
import { buttonClass } from '#components/ui/button.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import type { Actor } from '#lib/base/actor.ts'
import { loadPortalSignIn } from '#lib/members/portal-sign-in.ts'
import { house } from '#server/house-access.ts'
import { changePortalSignIn } from '../../../../settings/members/actions.ts'
import { deleteConnection, setConnectionActive, updateConnection } from '../../../actions.ts'
import { loadShown, mayChangeShown, whyReadOnly } from '../../load.ts'

type Props = { params: Promise<{ clientID: string }> }
type Shown = Awaited<ReturnType<typeof loadShown>>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title } = await loadShown((await params).clientID)
  return { title: `Settings of ${title}` }
}

export default async function ConnectionSettingsPage({ params }: Props) {
  const [actor, { clientID }] = await Promise.all([requireActor(), params])
  const connection = await loadShown(clientID)
  if (!(await mayChangeShown(connection)))
    return <ReadOnly connection={connection} lead={whyReadOnly(actor)} />
  const settings = toSettings(connection)
  return (
    <div className="grid gap-6">
      <Section title="Settings">
        <div className="max-w-2xl">
          <ConnectionSettings
            key={keyOf(settings)}
            kind={connection.kind}
            settings={settings}
            save={updateConnection.bind(null, connection.clientID)}
          />
        </div>
      </Section>
      {isOwner(actor) && !connection.deactivated && connection.kind !== 'jwt' && (
        <UseForPortal connection={connection} actor={actor} />
      )}
      <Activity connection={connection} />
      <Section
        tone="danger"
        title="Delete this connection"
        lead="Its credentials end at once. Creating it again makes new ones, and the identity provider has to be set up anew."
        action={
          <ConfirmButton
            label="Delete connection"
            title={`Delete ${connection.title}?`}
            confirmLabel="Delete connection"
            typed={connection.tenant}
            run={deleteConnection.bind(null, connection.clientID)}
          >
            <p>
              This cannot be undone. People of <strong>{connection.tenantName}</strong> can no longer sign in
              to <strong>{connection.product}</strong> through it. What is lost:
            </p>
            <ul>
              <li>its client ID and secret, and every token issued with them</li>
              <li>its address, which {connection.tenantName} has entered in its identity provider</li>
            </ul>
            <p className="mt-2">Traces and the audit log are kept.</p>
          </ConfirmButton>
        }
      />
    </div>
  )
}

/** For the organization's own people: the same connection may open this portal. */
async function UseForPortal({ connection, actor }: { connection: Shown; actor: Actor }) {
  const used = (await loadPortalSignIn(house(), actor)).connection?.id === connection.id
  return (
    <Section
      title="This portal"
      lead={
        used
          ? 'Members of your organization may sign in to this portal through this connection. Only owners change it while that is so.'
          : 'If this is the identity provider of your own organization, its members may sign in to this portal through it.'
      }
      action={
        used ? (
          <Link href="/settings/members" className={buttonClass()}>
            How members sign in
          </Link>
        ) : (
          <ConfirmButton
            variant="secondary"
            label="Use for this portal"
            title={`Sign in to this portal with ${connection.title}?`}
            confirmLabel="Use it"
            done="Members can link themselves now, under Your account."
            run={changePortalSignIn.bind(null, { connection: connection.clientID })}
          >
            <p>
              Members link themselves under <strong>Settings → Your account</strong>. An e-mail address alone
              opens nothing. Whoever runs that identity provider can come in as any linked member, so it must
              be your own.
            </p>
          </ConfirmButton>
        )
      }
    />
  )
}

function Activity({ connection }: { connection: Shown }) {
  const act = setConnectionActive.bind(null, connection.clientID, connection.deactivated)
  return connection.deactivated ? (
    <Section
      key="activate"
      title="Activate this connection"
      lead="People can sign in through it again, with the same credentials and addresses as before."
      action={
        <ConfirmButton
          variant="primary"
          label="Activate"
          title={`Activate ${connection.title}?`}
          confirmLabel="Activate"
          done="Active again."
          run={act}
        >
          <p>
            People of <strong>{connection.tenantName}</strong> can sign in through it from now on.
          </p>
        </ConfirmButton>
      }
    />
  ) : (
    <Section
      key="deactivate"
      title="Deactivate this connection"
      lead="For a while: nothing is lost, and nobody gets in through it until it is active again."
      action={
        <ConfirmButton
          label="Deactivate"
          title={`Deactivate ${connection.title}?`}
          confirmLabel="Deactivate"
          done="Deactivated."
          run={act}
        >
          <p>
            People of <strong>{connection.tenantName}</strong> can no longer sign in to{' '}
            <strong>{connection.product}</strong> through it. Those who are signed in to your product stay so.
          </p>
        </ConfirmButton>
      }
    />
  )
}

function ReadOnly({ connection, lead }: { connection: Shown; lead: string }) {
  const yesNo = (value: boolean) => (value ? 'Yes' : 'No')
  return (
    <Section title="Settings" lead={lead}>
      <Facts
        facts={[
          { label: 'Default redirect URL', value: <Id>{connection.defaultRedirectUrl}</Id> },
          { label: 'Redirect URLs', value: <Id>{connection.redirectUrl.join('\n')}</Id> },
          { label: 'Active', value: yesNo(!connection.deactivated) },
          ...(connection.kind === 'jwt'
            ? []
            : [{ label: 'Asks for the password every time', value: yesNo(connection.forceAuthn) }]),
          { label: 'Sign-ins may start on the other side', value: yesNo(connection.allowUnsolicited) },
          ...(connection.kind === 'saml'
            ? [{ label: 'Accepts older encryption', value: yesNo(connection.allowLegacyEncryption) }]
            : []),
        ]}
      />
    </Section>
  )
}

function toSettings(connection: Shown) {
  const { defaultRedirectUrl, forceAuthn, allowUnsolicited, allowLegacyEncryption } = connection
  return {
    name: connection.name ?? '',
    description: connection.description ?? '',
    defaultRedirectUrl,
    furtherRedirectUrls: connection.redirectUrl.filter((url) => url !== defaultRedirectUrl).join('\n'),
    forceAuthn,
    allowUnsolicited,
    allowLegacyEncryption,
    identifierFormat: connection.identifierFormat ?? '',
    samlAudienceOverride: connection.samlAudienceOverride ?? '',
    acsUrlOverride: connection.acsUrlOverride ?? '',
  }
}
