import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

const { clientSecrets } = parsers

/** The APIs that may ask about tokens: the secret of each, by its audience. */
export const oauthSettings = defineSettings(
  {
    clientSecrets: {
      name: 'GATEHOUSE_CLIENT_SECRETS',
      value: '<name:secret,…>',
      fallback: '',
      secret: true,
      help: 'APIs that may ask about tokens (RFC 7662): the audience of each, and its secret of 32 characters or more.',
      parse: clientSecrets,
    },
  },
  ({ clientSecrets }, { audiences }) =>
    [...clientSecrets.keys()]
      .filter((name) => !audiences.includes(name))
      .map((name) => ({
        setting: 'GATEHOUSE_CLIENT_SECRETS',
        problem: `names ${name}, which is none of GATEHOUSE_AUDIENCES`,
      })),
)
