// Plain JavaScript, so that every Node can read it: says in a sentence what a too old one would say in a stack trace.
const found = process.versions.node
const major = Number(found.split('.')[0])
if (major < 24) {
  console.error(
    `\nThis is Node ${found}, and Vestibule runs on Node 24 or later. ` +
      'Run "npm ci" with Node 20 or later: it brings a fitting Node along, which npm scripts then use.\n',
  )
  process.exit(1)
}
