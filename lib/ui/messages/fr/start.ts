import type * as en from "../en/start.ts";
import type { Translated } from "../translated.ts";

export const start: Translated<typeof en.start> = {
  tagline:
    "Des fichiers partagés qui restent les vôtres. Chiffrés sur votre appareil ; le registre du serveur est vérifié pour vous.",
  welcome: {
    title: "Bienvenue",
    create: "Créer une organisation",
    createHint: "Commencez ici. Vous en devenez la première personne administratrice.",
    join: "Ouvrir une invitation",
    joinHint: "Vous avez reçu un lien d’un ou d’une collègue.",
    unlock: "Déverrouiller cet appareil",
    unlockHint: "Tout est chiffré sur cet appareil. Votre phrase secrète l’ouvre.",
    recover: "Retrouver l’accès",
    recoverHint: "Vous avez gardé un kit de récupération.",
    checkProof: "Vérifier un dossier de preuve",
  },
  damaged: {
    title: "La copie de Holdfast dans ce navigateur est illisible",
    reload: "Recharger la page",
  },
  create: {
    title: "Créer une organisation",
    intro: "Moins d’une minute. Rien de ce que vous saisissez ne quitte cet appareil en clair.",
    organizationName: "Nom de l’organisation",
    organizationNameHint: "Visible par toutes les personnes invitées.",
    yourName: "Votre nom",
    deviceLabel: "Nom de cet appareil",
    deviceLabelHint: "Pour distinguer vos appareils plus tard.",
    passphrase: "Phrase secrète de cet appareil",
    passphraseHint: "Quatre mots sans lien se retiennent mieux que des symboles, et protègent davantage.",
    passphraseAgain: "Phrase secrète, une seconde fois",
    submit: "Créer l’organisation",
    bootstrapToken: "Code d’installation",
    steps: {
      makingKeys: "Création de vos clés…",
      checkingLedger: "Vérification du grand livre public…",
      registering: "Inscription auprès du serveur…",
      storing: "Enregistrement sur cet appareil…",
    },
    errors: {
      required: "Veuillez remplir ce champ.",
      tooShort: "Au moins {min, number} caractères.",
      mismatch: "Les deux phrases diffèrent.",
    },
    failed: "L’organisation n’a pas pu être créée.",
    notPersistent:
      "Ce navigateur peut effacer ses données quand la place manque. Votre kit de récupération n’en est que plus important.",
  },
  strength: {
    label: "Solidité de la phrase secrète",
    weak: "Faible : on pourrait la deviner",
    fair: "Moyenne : ajoutez un mot",
    strong: "Solide",
  },
  recoveryKit: {
    title: "Gardez votre kit de récupération",
    intro:
      "Si vous perdez cet appareil ou oubliez sa phrase secrète, ces mots sont le seul chemin de retour. Personne ne peut les réinitialiser pour vous.",
    words: "Vos mots de récupération",
    organization: "Organisation",
    person: "Nom",
    madeOn: "Établi le",
    print: "Imprimer",
    keepSafe: "Gardez-le sur papier, loin de cet ordinateur. Ne le photographiez pas.",
    next: "Je l’ai noté",
    later: "Plus tard",
    confirmTitle: "Une petite vérification",
    confirmIntro: "Saisissez le mot numéro {number, number} de votre kit.",
    confirmField: "Mot {number, number}",
    confirmWrong: "Ce n’est pas le mot {number, number}. Regardez à nouveau votre kit.",
    showAgain: "Revoir les mots",
    finish: "Ouvrir mes fichiers",
  },
  unlock: {
    title: "Content de vous revoir",
    passphrase: "Phrase secrète",
    submit: "Déverrouiller",
    working: "Déverrouillage…",
  },
};
