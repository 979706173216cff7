import type { MailTexts } from './shape.ts'

export const texts: MailTexts = {
  frame: {
    greeting: 'Bonjour {name},',
    greetingOnly: 'Bonjour,',
    code: 'Ou saisissez ce code :',
    expires: 'Le lien est valable {duration} et ne fonctionne qu’une fois.',
    expiresWithCode:
      'Le lien et le code sont valables {duration} ; un seul des deux fonctionne, une seule fois.',
    linkByHand: 'Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :',
    footer: '{app} a envoyé ce message à {recipient}.',
  },
  facts: { at: 'Date et heure', device: 'Appareil', address: 'Adresse réseau' },
  removed: {
    password: 'le mot de passe',
    sessions: 'toutes les sessions',
    totp: 'les applications d’authentification',
    passkeys: 'les clés d’accès',
    recovery_codes: 'les codes de récupération',
    identities: 'les comptes associés d’autres fournisseurs',
  },
  messages: {
    'verify-email': {
      subject: 'Confirmez votre adresse e-mail pour {app}',
      heading: 'Confirmez votre adresse e-mail',
      before: ['Veuillez confirmer que cette adresse e-mail est bien la vôtre.'],
      button: 'Confirmer l’adresse e-mail',
      after: ['Si vous n’avez pas créé de compte {app}, vous pouvez ignorer ce message.'],
    },
    'change-email': {
      subject: 'Confirmez votre nouvelle adresse e-mail pour {app}',
      heading: 'Confirmez votre nouvelle adresse e-mail',
      before: ['Cette adresse doit devenir l’adresse e-mail de votre compte {app}.'],
      button: 'Confirmer la nouvelle adresse',
      after: [
        'Si vous n’avez pas demandé ce changement, ignorez ce message : le compte gardera son adresse.',
      ],
    },
    'email-changed': {
      subject: 'Votre adresse e-mail pour {app} a été modifiée',
      heading: 'Votre adresse e-mail a été modifiée',
      before: ['L’adresse e-mail de votre compte {app} est désormais {email}.'],
      withButton: [
        'Si vous n’êtes pas à l’origine de ce changement, annulez-le. Tous les appareils seront alors déconnectés.',
      ],
      button: 'Annuler le changement',
      after: ['Si vous avez fait ce changement vous-même, vous n’avez rien à faire.'],
    },
    'reset-password': {
      subject: 'Réinitialisez votre mot de passe {app}',
      heading: 'Réinitialisez votre mot de passe',
      before: [
        'Quelqu’un, sans doute vous, a demandé à réinitialiser le mot de passe de votre compte {app}.',
      ],
      button: 'Choisir un nouveau mot de passe',
      after: ['Si ce n’était pas vous, vous pouvez ignorer ce message. Votre mot de passe restera inchangé.'],
    },
    'password-changed': {
      subject: 'Votre mot de passe {app} a été modifié',
      heading: 'Votre mot de passe a été modifié',
      before: ['Le mot de passe de votre compte {app} a été modifié.'],
      after: [
        'Si ce n’était pas vous, réinitialisez votre mot de passe sans attendre et vérifiez où votre compte est connecté.',
      ],
    },
    'sign-in-by-email': {
      subject: 'Connexion à {app}',
      heading: 'Connectez-vous à {app}',
      before: ['Utilisez ce lien pour vous connecter.'],
      button: 'Se connecter',
      after: [
        'Si vous n’avez rien demandé, vous pouvez ignorer ce message. Ne communiquez jamais le lien ni le code à qui que ce soit.',
      ],
    },
    invitation: {
      subject: 'Invitation à rejoindre {app}',
      heading: 'Invitation à rejoindre {app}',
      before: ['{inviter} vous invite à rejoindre {app}.', 'Acceptez l’invitation pour créer votre compte.'],
      button: 'Accepter l’invitation',
      after: ['Si vous n’attendiez pas cette invitation, vous pouvez ignorer ce message.'],
    },
    'factors-removed': {
      subject: 'Vos seconds facteurs pour {app} ont été supprimés',
      heading: 'Vos seconds facteurs ont été supprimés',
      before: ['Les éléments suivants ont été supprimés de votre compte {app} : {removed}.'],
      after: ['Si vous ne l’avez pas demandé, contactez immédiatement les responsables de {app}.'],
    },
    'squatter-removed': {
      subject: 'Votre compte {app} est de nouveau à vous seul',
      heading: 'Votre compte est de nouveau à vous seul',
      before: [
        'Vous avez prouvé que cette adresse e-mail est la vôtre. Quelqu’un d’autre l’avait peut-être utilisée auparavant pour créer un compte. Les éléments suivants en ont donc été supprimés : {removed}.',
      ],
      after: ['Si vous les aviez configurés vous-même, veuillez les configurer à nouveau.'],
    },
    'account-deletion': {
      subject: 'Votre compte {app} va être supprimé',
      heading: 'Votre compte va être supprimé',
      before: ['Votre compte {app} et tout son contenu seront supprimés à cette date : {deletedAt}.'],
      button: 'Garder mon compte',
      after: ['Ensuite, personne ne pourra le rétablir.'],
    },
    'account-deleted': {
      subject: 'Votre compte {app} a été supprimé',
      heading: 'Votre compte a été supprimé',
      before: ['Votre compte {app} a été supprimé avec tout son contenu. Personne ne peut le rétablir.'],
      after: ['Si vous ne l’avez pas demandé, contactez les responsables de {app}.'],
    },
    'new-device': {
      subject: 'Nouvelle connexion à votre compte {app}',
      heading: 'Nouvelle connexion à votre compte',
      before: ['Un appareil encore inconnu s’est connecté à votre compte {app}.'],
      after: [
        'Si c’était vous, vous n’avez rien à faire.',
        'Si ce n’était pas vous, changez votre mot de passe sans attendre et fermez les sessions que vous ne reconnaissez pas.',
      ],
    },
    'too-many-codes': {
      subject: 'Des codes erronés ont été saisis pour votre compte {app}',
      heading: 'Des codes erronés ont été saisis',
      before: [
        'Quelqu’un a saisi des codes erronés pour votre compte {app}, jusqu’à ce que le code ne soit plus valable. Personne n’a pu se connecter ainsi.',
      ],
      after: [
        'Si c’était vous, demandez un nouveau code.',
        'Si ce n’était pas vous, vous n’avez rien à faire. Ne communiquez jamais un code à qui que ce soit.',
      ],
    },
  },
}
