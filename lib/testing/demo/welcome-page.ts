import { html, renderEndUserPage } from '../../http/end-user-page.ts'
import { demoBrand, freshSignInPath, signInPath } from './page-parts.ts'

/** What somebody sees who has just started Vestibule: one sentence and one button. */
export function renderWelcomePage(): string {
  return renderEndUserPage({
    title: 'Demo: sign in with SAML',
    brand: demoBrand,
    body: html`<h1 class="title">See SAML at work</h1>
<p class="lead">This page plays the part of your product: the button sends you to the identity provider of a customer, Acme, and Vestibule turns its SAML answer into OpenID Connect, which is all this page understands.</p>
<a class="button" href="${signInPath}">Sign in with SAML</a>
<ul class="ways">
<li><a href="${signInPath}">Try a fault</a>
<span class="hint">The same way. At the identity provider, open “Send a faulty response” and choose one; this page then shows the check that caught it.</span></li>
<li><a href="${freshSignInPath}">Sign in again, forcing a fresh login</a>
<span class="hint">Asks with <code>forceAuthn=true</code>, so that nobody who is still signed in there comes through without logging in.</span></li>
</ul>
<p class="footer"><a href="/">Open the portal</a></p>`,
  })
}
