import { type Brand, html, renderEndUserPage } from '../../http/end-user-page.ts'
import type { ServiceProvider } from './service-provider.ts'

/** The page for the admin of an identity provider: what to enter there, in words their product may use. */
export function renderSamlConfiguration(brand: Brand, provider: ServiceProvider): string {
  return renderEndUserPage({
    title: 'SAML configuration',
    brand,
    body: html`<h1 class="title">SAML configuration</h1>
<p class="lead">Create a SAML 2.0 application at your identity provider and enter these values. If you were given an address of your own for the ACS URL, use that one.</p>
<dl class="facts">
<dt>ACS URL <small>(single sign-on URL, reply URL, recipient)</small></dt><dd><code>${provider.sharedAcsUrl}</code></dd>
<dt>Entity ID <small>(audience, identifier, SP entity ID)</small></dt><dd><code>${provider.entityId}</code></dd>
<dt>Single logout URL <small>(SLO, optional; redirect or POST)</small></dt><dd><code>${provider.sharedLogoutUrl}</code></dd>
<dt>Response and assertion</dt><dd>Sign the assertion, the response, or both, with RSA-SHA256.</dd>
<dt>Encryption</dt><dd>Optional. If you encrypt assertions, use AES-GCM with the certificate below.</dd>
<dt>Attributes</dt><dd><code>email</code> is needed; <code>firstName</code>, <code>lastName</code>, <code>groups</code> and <code>roles</code> are welcome.</dd>
</dl>
<p><a href="${provider.metadataUrl}">Metadata (XML)</a> · <a href="${provider.certificateUrl}">Certificate (PEM)</a></p>`,
  })
}
