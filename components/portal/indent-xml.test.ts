import { describe, expect, it } from 'vitest'
import { indentXml } from './indent-xml.ts'

describe('XML for reading', () => {
  it('puts elements on their own lines and leaves text with its element', () => {
    expect(indentXml('<a x="1"><b>text</b><c/><d><e></e></d></a>')).toBe(
      ['<a x="1">', '  <b>text</b>', '  <c/>', '  <d>', '    <e></e>', '  </d>', '</a>'].join('\n'),
    )
  })

  it('forgets earlier indentation but no character that is not white space', () => {
    const xml = '<?xml version="1.0"?>\n<a>\n   <b>one two</b>\n</a>'
    expect(indentXml(xml)).toBe('<?xml version="1.0"?>\n<a>\n  <b>one two</b>\n</a>')
    expect(indentXml(xml).replace(/\s/g, '')).toBe(xml.replace(/\s/g, ''))
  })

  it('shows what is not XML as it came', () => {
    expect(indentXml('PHNhbWw+')).toBe('PHNhbWw+')
    expect(indentXml('')).toBe('')
    expect(indentXml('</a></a><b')).toContain('<b')
  })
})
