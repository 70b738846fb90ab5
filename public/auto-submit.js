// Sends the page's only form on. Not when someone came back to the page: there the button decides.
const [navigation] = performance.getEntriesByType('navigation')
if (navigation?.type !== 'back_forward') document.forms[0]?.submit()
