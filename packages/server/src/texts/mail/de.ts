import type { MailTexts } from './shape.ts'

export const texts: MailTexts = {
  frame: {
    greeting: 'Hallo {name},',
    greetingOnly: 'Guten Tag,',
    code: 'Oder geben Sie diesen Code ein:',
    expires: 'Der Link gilt {duration} lang und funktioniert einmal.',
    expiresWithCode:
      'Link und Code gelten {duration} lang. Nutzen Sie eines von beiden; es funktioniert einmal.',
    linkByHand:
      'Falls die Schaltfläche nicht funktioniert, kopieren Sie bitte diese Adresse in Ihren Browser:',
    footer: '{app} hat diese Nachricht an {recipient} gesendet.',
  },
  facts: { at: 'Zeitpunkt', device: 'Gerät', address: 'Netzwerkadresse' },
  removed: {
    password: 'das Passwort',
    sessions: 'alle Sitzungen',
    totp: 'Authenticator-Apps',
    passkeys: 'Passkeys',
    recovery_codes: 'Wiederherstellungscodes',
    identities: 'verknüpfte Konten anderer Anbieter',
  },
  messages: {
    'verify-email': {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {app}',
      heading: 'Bestätigen Sie Ihre E-Mail-Adresse',
      before: ['Bitte bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört.'],
      button: 'E-Mail-Adresse bestätigen',
      after: ['Falls Sie sich nicht bei {app} registriert haben, können Sie diese Nachricht ignorieren.'],
    },
    'change-email': {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse für {app}',
      heading: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      before: ['Diese Adresse soll die E-Mail-Adresse Ihres {app}-Kontos werden.'],
      button: 'Neue Adresse bestätigen',
      after: [
        'Falls Sie diese Änderung nicht veranlasst haben, ignorieren Sie diese Nachricht. Das Konto behält dann seine Adresse.',
      ],
    },
    'email-changed': {
      subject: 'Ihre E-Mail-Adresse für {app} wurde geändert',
      heading: 'Ihre E-Mail-Adresse wurde geändert',
      before: ['Die E-Mail-Adresse Ihres {app}-Kontos lautet jetzt {email}.'],
      withButton: [
        'Falls Sie das nicht waren, machen Sie die Änderung rückgängig. Dabei werden alle Geräte abgemeldet.',
      ],
      button: 'Änderung rückgängig machen',
      after: ['Falls Sie die Adresse selbst geändert haben, brauchen Sie nichts zu tun.'],
    },
    'reset-password': {
      subject: 'Setzen Sie Ihr Passwort für {app} zurück',
      heading: 'Passwort zurücksetzen',
      before: ['Jemand, vermutlich Sie, möchte das Passwort Ihres {app}-Kontos zurücksetzen.'],
      button: 'Neues Passwort wählen',
      after: [
        'Falls Sie das nicht waren, können Sie diese Nachricht ignorieren. Ihr Passwort bleibt unverändert.',
      ],
    },
    'password-changed': {
      subject: 'Ihr Passwort für {app} wurde geändert',
      heading: 'Ihr Passwort wurde geändert',
      before: ['Das Passwort Ihres {app}-Kontos wurde geändert.'],
      after: [
        'Falls Sie das nicht waren, setzen Sie Ihr Passwort bitte sofort zurück und prüfen Sie, wo Ihr Konto angemeldet ist.',
      ],
    },
    'sign-in-by-email': {
      subject: 'Anmeldung bei {app}',
      heading: 'Bei {app} anmelden',
      before: ['Mit diesem Link melden Sie sich an.'],
      button: 'Anmelden',
      after: [
        'Falls Sie das nicht angefordert haben, können Sie diese Nachricht ignorieren. Geben Sie den Link und den Code niemals weiter.',
      ],
    },
    invitation: {
      subject: 'Sie sind zu {app} eingeladen',
      heading: 'Sie sind zu {app} eingeladen',
      before: ['{inviter} lädt Sie zu {app} ein.', 'Nehmen Sie die Einladung an, um Ihr Konto anzulegen.'],
      button: 'Einladung annehmen',
      after: ['Falls Sie diese Einladung nicht erwartet haben, können Sie diese Nachricht ignorieren.'],
    },
    'factors-removed': {
      subject: 'Ihre zweiten Faktoren für {app} wurden entfernt',
      heading: 'Ihre zweiten Faktoren wurden entfernt',
      before: ['Aus Ihrem {app}-Konto wurde entfernt: {removed}.'],
      after: [
        'Falls Sie nicht darum gebeten haben, wenden Sie sich bitte sofort an die Betreiber von {app}.',
      ],
    },
    'squatter-removed': {
      subject: 'Ihr {app}-Konto gehört wieder Ihnen allein',
      heading: 'Ihr Konto gehört wieder Ihnen allein',
      before: [
        'Sie haben nachgewiesen, dass diese E-Mail-Adresse Ihnen gehört. Möglicherweise hat vorher jemand anderes damit ein Konto angelegt. Deshalb wurde aus dem Konto entfernt: {removed}.',
      ],
      after: ['Falls Sie das selbst eingerichtet hatten, richten Sie es bitte erneut ein.'],
    },
    'account-deletion': {
      subject: 'Ihr {app}-Konto wird gelöscht',
      heading: 'Ihr Konto wird gelöscht',
      before: ['Ihr {app}-Konto wird mit allen Daten zu diesem Zeitpunkt gelöscht: {deletedAt}.'],
      button: 'Konto behalten',
      after: ['Danach kann es niemand wiederherstellen.'],
    },
    'account-deleted': {
      subject: 'Ihr {app}-Konto wurde gelöscht',
      heading: 'Ihr Konto wurde gelöscht',
      before: ['Ihr {app}-Konto wurde mit allen Daten gelöscht. Niemand kann es wiederherstellen.'],
      after: ['Falls Sie das nicht veranlasst haben, wenden Sie sich bitte an die Betreiber von {app}.'],
    },
    'new-device': {
      subject: 'Neue Anmeldung bei Ihrem {app}-Konto',
      heading: 'Neue Anmeldung bei Ihrem Konto',
      before: ['Ein bisher unbekanntes Gerät hat sich bei Ihrem {app}-Konto angemeldet.'],
      after: [
        'Falls Sie das waren, brauchen Sie nichts zu tun.',
        'Falls nicht, ändern Sie bitte sofort Ihr Passwort und beenden Sie alle Sitzungen, die Sie nicht kennen.',
      ],
    },
    'too-many-codes': {
      subject: 'Falsche Codes für Ihr {app}-Konto',
      heading: 'Es wurden falsche Codes eingegeben',
      before: [
        'Jemand hat für Ihr {app}-Konto so oft einen falschen Code eingegeben, dass der Code ungültig wurde. Eine Anmeldung ist so nicht gelungen.',
      ],
      after: [
        'Falls Sie das waren, fordern Sie bitte einen neuen Code an.',
        'Falls nicht, brauchen Sie nichts zu tun. Geben Sie Codes niemals weiter.',
      ],
    },
  },
}
