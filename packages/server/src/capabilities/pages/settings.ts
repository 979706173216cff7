import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

/** How the pages look. */
export const pagesSettings = defineSettings({
  theme: {
    name: 'GATEHOUSE_THEME',
    value: '<folder>',
    help: 'A folder with a theme.css, a logo.svg or logo.png, and texts.json, for the pages; all optional.',
    parse: parsers.folder,
  },
})
