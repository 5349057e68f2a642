import type * as en from "../en/common.ts";
import type { Translated } from "../translated.ts";

export const common: Translated<typeof en.common> = {
  productName: "Holdfast",
  loading: "Chargement",
  actions: {
    cancel: "Annuler",
    close: "Fermer",
    continue: "Continuer",
    back: "Retour",
    save: "Enregistrer",
    copy: "Copier",
    copied: "Copié",
    copyValue: "Copier {name}",
    retry: "Réessayer",
    undo: "Annuler l’action",
    dismiss: "Masquer",
    more: "Autres actions",
    show: "Afficher",
    hide: "Masquer",
  },
  field: { required: "Obligatoire", showPassword: "Afficher la saisie", hidePassword: "Masquer la saisie" },
  engine: {
    failed: "Holdfast n’a pas pu démarrer",
    settings: "Réglages et test du navigateur",
  },
  crash: {
    title: "Cette page a cessé de fonctionner",
    detail:
      "L’erreur vient de nous. Rien de ce qui était enregistré n’est perdu ; ce qui était en cours reprend après rechargement.",
    reload: "Recharger",
  },
  toasts: "Notifications",
};

export const shell: Translated<typeof en.shell> = {
  status: "État des vérifications",
  skipToContent: "Aller au contenu",
  mainNavigation: "Navigation principale",
  files: "Fichiers",
  people: "Personnes",
  trust: "Confiance",
  settings: "Réglages",
  workspaces: "Espaces de travail",
  newWorkspace: "Nouvel espace",
  openMenu: "Ouvrir le menu",
  menu: "Menu",
  lock: "Verrouiller cet appareil",
  lockQuestion: {
    title: "Verrouiller maintenant ?",
    detail:
      "{count, plural, one {# transfert en cours ne pourra pas continuer après le verrouillage. Il faudra le relancer.} other {# transferts en cours ne pourront pas continuer après le verrouillage. Il faudra les relancer.}}",
    lock: "Verrouiller et arrêter",
    stay: "Continuer",
  },
  unsent: "Pas encore envoyé : vos modifications sont gardées sur cet appareil. {reason}",
  offline:
    "Vous êtes hors ligne. Ce que vous avez déjà ouvert reste lisible ; les changements attendent ici.",
  kitNotKept:
    "Votre kit de récupération n’est pas encore confirmé. Sans lui, un appareil perdu, ce sont des fichiers perdus.",
  openKit: "Ouvrir le kit",
  notFound: "Cette adresse ne mène nulle part",
  toFiles: "Aller aux fichiers",
  notYet: "Pas encore disponible dans cette version",
  peopleSoon:
    "Les membres, les rôles et les invitations se géreront ici. Cette version ne les propose pas encore.",
};

export const state: Translated<typeof en.state> = {
  verified: "Vérifié",
  checkedUpTo: "Vérifié jusqu’à {time}",
  unsent: "Pas encore envoyé",
  pending: "Attend le scellé",
  partial: "Vérifié en partie",
  stale: "Pas encore vérifié",
  staleSince: "Non vérifié depuis {time}",
  suspect: "Demande attention",
  contradiction: "Le registre du serveur ne concorde pas",
  contradictionShort: "Ne concorde pas",
  other: "L’erreur de quelqu’un d’autre",
  notaries: "{agree, number} notaires sur {total, number}",
  teammates: "{agree, number} collègues sur {total, number} d’accord",
  openTrust: "ouvrir Confiance",
};
