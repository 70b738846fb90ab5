import { type Brand, html, renderEndUserPage } from '../http/end-user-page.ts'

/** What a person sees whose identity provider did not sign them out. `redirectUrl` is where they were to go next. */
export function renderIncompleteLogout(
  brand: Brand,
  { redirectUrl, traceId }: { redirectUrl: string | null; traceId: string },
): string {
  return renderEndUserPage({
    title: 'You may still be signed in',
    brand,
    body: html`<h1 class="title">You may still be signed in</h1>
<p class="lead">The application signed you out, but your company's sign-in did not confirm it. On a computer that others use, close all windows of the browser.</p>
${redirectUrl === null ? '' : html`<p><a class="button" href="${redirectUrl}">Continue</a></p>`}
<p class="lead">If you ask your administrator for help, give them this reference:</p>
<p><code>${traceId}</code></p>`,
  })
}
