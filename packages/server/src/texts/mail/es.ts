import type { MailTexts } from './shape.ts'

export const texts: MailTexts = {
  frame: {
    greeting: 'Hola, {name}:',
    greetingOnly: 'Hola:',
    code: 'O introduzca este código:',
    expires: 'El enlace es válido durante {duration} y funciona una sola vez.',
    expiresWithCode:
      'El enlace y el código son válidos durante {duration}; solo se puede usar uno de los dos, una vez.',
    linkByHand: 'Si el botón no funciona, copie esta dirección en su navegador:',
    footer: '{app} ha enviado este mensaje a {recipient}.',
  },
  facts: { at: 'Fecha y hora', device: 'Dispositivo', address: 'Dirección de red' },
  removed: {
    password: 'la contraseña',
    sessions: 'todas las sesiones',
    totp: 'las aplicaciones de autenticación',
    passkeys: 'las llaves de acceso',
    recovery_codes: 'los códigos de recuperación',
    identities: 'las cuentas vinculadas de otros proveedores',
  },
  messages: {
    'verify-email': {
      subject: 'Confirme su dirección de correo para {app}',
      heading: 'Confirme su dirección de correo',
      before: ['Confirme, por favor, que esta dirección de correo electrónico es suya.'],
      button: 'Confirmar dirección',
      after: ['Si no se ha registrado en {app}, puede ignorar este mensaje.'],
    },
    'change-email': {
      subject: 'Confirme su nueva dirección de correo para {app}',
      heading: 'Confirme su nueva dirección de correo',
      before: ['Esta dirección pasará a ser la dirección de correo de su cuenta de {app}.'],
      button: 'Confirmar nueva dirección',
      after: [
        'Si no ha solicitado este cambio, ignore este mensaje y la cuenta conservará su dirección actual.',
      ],
    },
    'email-changed': {
      subject: 'Se ha cambiado su dirección de correo para {app}',
      heading: 'Se ha cambiado su dirección de correo',
      before: ['La dirección de correo de su cuenta de {app} es ahora {email}.'],
      withButton: [
        'Si no ha hecho usted este cambio, deshágalo. Al hacerlo, se cerrará la sesión en todos los dispositivos.',
      ],
      button: 'Deshacer el cambio',
      after: ['Si ha sido usted, no tiene que hacer nada.'],
    },
    'reset-password': {
      subject: 'Restablezca su contraseña de {app}',
      heading: 'Restablezca su contraseña',
      before: ['Alguien, probablemente usted, ha pedido restablecer la contraseña de su cuenta de {app}.'],
      button: 'Elegir una contraseña nueva',
      after: ['Si no ha sido usted, puede ignorar este mensaje. Su contraseña no cambiará.'],
    },
    'password-changed': {
      subject: 'Se ha cambiado su contraseña de {app}',
      heading: 'Se ha cambiado su contraseña',
      before: ['Se ha cambiado la contraseña de su cuenta de {app}.'],
      after: [
        'Si no la ha cambiado usted, restablezca su contraseña ahora mismo y compruebe dónde está abierta su cuenta.',
      ],
    },
    'sign-in-by-email': {
      subject: 'Inicie sesión en {app}',
      heading: 'Inicie sesión en {app}',
      before: ['Utilice este enlace para iniciar sesión.'],
      button: 'Iniciar sesión',
      after: [
        'Si no lo ha solicitado, puede ignorar este mensaje. Nunca comparta el enlace ni el código con nadie.',
      ],
    },
    invitation: {
      subject: 'Le han invitado a {app}',
      heading: 'Le han invitado a {app}',
      before: ['{inviter} le invita a {app}.', 'Acepte la invitación para crear su cuenta.'],
      button: 'Aceptar la invitación',
      after: ['Si no esperaba esta invitación, puede ignorar este mensaje.'],
    },
    'factors-removed': {
      subject: 'Se han eliminado sus segundos factores de {app}',
      heading: 'Se han eliminado sus segundos factores',
      before: ['Se ha eliminado lo siguiente de su cuenta de {app}: {removed}.'],
      after: ['Si no lo ha solicitado, póngase en contacto de inmediato con los responsables de {app}.'],
    },
    'squatter-removed': {
      subject: 'Su cuenta de {app} vuelve a ser solo suya',
      heading: 'Su cuenta vuelve a ser solo suya',
      before: [
        'Ha demostrado que esta dirección de correo es suya. Es posible que otra persona la hubiera usado antes para crear una cuenta, por lo que se ha eliminado de ella lo siguiente: {removed}.',
      ],
      after: ['Si lo había configurado usted, vuelva a configurarlo, por favor.'],
    },
    'account-deletion': {
      subject: 'Su cuenta de {app} se eliminará',
      heading: 'Su cuenta se eliminará',
      before: ['Su cuenta de {app} y todo su contenido se eliminarán en esta fecha: {deletedAt}.'],
      button: 'Conservar mi cuenta',
      after: ['Después de esa fecha nadie podrá recuperarla.'],
    },
    'account-deleted': {
      subject: 'Su cuenta de {app} se ha eliminado',
      heading: 'Su cuenta se ha eliminado',
      before: ['Su cuenta de {app} se ha eliminado con todo su contenido. Nadie puede recuperarla.'],
      after: ['Si no lo ha solicitado, póngase en contacto con los responsables de {app}.'],
    },
    'new-device': {
      subject: 'Nuevo inicio de sesión en su cuenta de {app}',
      heading: 'Nuevo inicio de sesión en su cuenta',
      before: ['Se ha iniciado sesión en su cuenta de {app} desde un dispositivo nuevo.'],
      after: [
        'Si ha sido usted, no tiene que hacer nada.',
        'Si no ha sido usted, cambie su contraseña ahora mismo y cierre las sesiones que no reconozca.',
      ],
    },
    'too-many-codes': {
      subject: 'Se han introducido códigos erróneos para su cuenta de {app}',
      heading: 'Se han introducido códigos erróneos',
      before: [
        'Alguien ha introducido códigos erróneos para su cuenta de {app} hasta que el código ha dejado de ser válido. Nadie ha entrado de este modo.',
      ],
      after: [
        'Si ha sido usted, solicite un código nuevo.',
        'Si no ha sido usted, no tiene que hacer nada. Nunca comparta un código con nadie.',
      ],
    },
  },
}
