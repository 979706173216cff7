import type { MailTexts } from './shape.ts'

export const texts: MailTexts = {
  frame: {
    greeting: 'Hello {name},',
    greetingOnly: 'Hello,',
    code: 'Or enter this code:',
    expires: 'The link is valid for {duration} and works once.',
    expiresWithCode: 'The link and the code are valid for {duration}. Use one of them; it works once.',
    linkByHand: 'If the button does not work, copy this address into your browser:',
    footer: '{app} sent this message to {recipient}.',
  },
  facts: { at: 'Time', device: 'Device', address: 'Network address' },
  removed: {
    password: 'the password',
    sessions: 'all sessions',
    totp: 'authenticator apps',
    passkeys: 'passkeys',
    recovery_codes: 'recovery codes',
    identities: 'linked accounts of other providers',
  },
  messages: {
    'verify-email': {
      subject: 'Confirm your e-mail address for {app}',
      heading: 'Confirm your e-mail address',
      before: ['Please confirm that this e-mail address is yours.'],
      button: 'Confirm e-mail address',
      after: ['If you did not sign up for {app}, you can ignore this message.'],
    },
    'change-email': {
      subject: 'Confirm your new e-mail address for {app}',
      heading: 'Confirm your new e-mail address',
      before: ['This address is to become the e-mail address of your {app} account.'],
      button: 'Confirm new address',
      after: ['If you did not ask for this change, ignore this message, and the account keeps its address.'],
    },
    'email-changed': {
      subject: 'Your e-mail address for {app} was changed',
      heading: 'Your e-mail address was changed',
      before: ['The e-mail address of your {app} account is now {email}.'],
      withButton: ['If you did not make this change, undo it. This also signs out every device.'],
      button: 'Undo the change',
      after: ['If you made the change yourself, there is nothing to do.'],
    },
    'reset-password': {
      subject: 'Reset your password for {app}',
      heading: 'Reset your password',
      before: ['Somebody, probably you, asked to reset the password of your {app} account.'],
      button: 'Choose a new password',
      after: ['If it was not you, you can ignore this message. Your password stays as it is.'],
    },
    'password-changed': {
      subject: 'Your password for {app} was changed',
      heading: 'Your password was changed',
      before: ['The password of your {app} account was changed.'],
      after: [
        'If you did not change it, reset your password now, and check where your account is signed in.',
      ],
    },
    'sign-in-by-email': {
      subject: 'Sign in to {app}',
      heading: 'Sign in to {app}',
      before: ['Use this link to sign in.'],
      button: 'Sign in',
      after: [
        'If you did not ask for this, you can ignore this message. Never give the link or the code to anyone.',
      ],
    },
    invitation: {
      subject: 'You are invited to {app}',
      heading: 'You are invited to {app}',
      before: ['{inviter} invites you to {app}.', 'Accept the invitation to create your account.'],
      button: 'Accept the invitation',
      after: ['If you did not expect this invitation, you can ignore this message.'],
    },
    'factors-removed': {
      subject: 'Your second factors for {app} were removed',
      heading: 'Your second factors were removed',
      before: ['The following was removed from your {app} account: {removed}.'],
      after: ['If you did not ask for this, contact whoever runs {app} right away.'],
    },
    'squatter-removed': {
      subject: 'Your {app} account is yours alone again',
      heading: 'Your account is yours alone again',
      before: [
        'You have shown that this e-mail address is yours. Somebody may have used it for an account before that, so the following was removed from the account: {removed}.',
      ],
      after: ['If you had set these up yourself, please set them up again.'],
    },
    'account-deletion': {
      subject: 'Your {app} account will be deleted',
      heading: 'Your account will be deleted',
      before: ['Your {app} account and everything in it will be deleted on {deletedAt}.'],
      button: 'Keep my account',
      after: ['After that, nobody can bring it back.'],
    },
    'account-deleted': {
      subject: 'Your {app} account was deleted',
      heading: 'Your account was deleted',
      before: ['Your {app} account was deleted, with everything in it. Nobody can bring it back.'],
      after: ['If you did not ask for this, contact whoever runs {app}.'],
    },
    'new-device': {
      subject: 'New sign-in to your {app} account',
      heading: 'New sign-in to your account',
      before: ['A device that had not been used before signed in to your {app} account.'],
      after: [
        'If it was you, there is nothing to do.',
        'If it was not you, change your password now, and end the sessions that you do not know.',
      ],
    },
    'too-many-codes': {
      subject: 'Wrong codes were entered for your {app} account',
      heading: 'Wrong codes were entered',
      before: [
        'Somebody entered wrong codes for your {app} account until the code became invalid. Nobody got in this way.',
      ],
      after: [
        'If it was you, ask for a new code.',
        'If it was not you, there is nothing to do. Never give a code to anyone.',
      ],
    },
  },
}
