import type * as en from "../en/settings.ts";
import type { Translated } from "../translated.ts";

export const settings: Translated<typeof en.settings> = {
  title: "Réglages",
  device: {
    title: "Cet appareil",
    name: "Nom de cet appareil",
    person: "Session de",
    organization: "Organisation",
    storage: "Stocké sur cet appareil",
    persistent: "Le stockage est protégé de l’effacement automatique",
    notPersistent: "Le navigateur peut effacer ce stockage quand la place manque",
    lock: "Verrouiller maintenant",
  },
  appearance: {
    title: "Apparence et langue",
    theme: "Thème",
    themes: { system: "Comme le système", light: "Clair", dark: "Sombre" },
    language: "Langue",
  },
  ledger: {
    title: "Grand livre public",
    intro:
      "Le point de départ à partir duquel cet appareil contrôle chaque scellé. Le serveur ne peut pas le changer.",
    engine: "Type de grand livre",
    engines: {
      devchain: "Grand livre local sur un seul ordinateur, pour essayer",
      comet: "Grand livre public",
    },
    devchainWarning:
      "Un grand livre local est tenu par qui tient le serveur. Pour une vraie protection, choisissez des notaires indépendants.",
    chainId: "Nom du grand livre",
    height: "Bloc de départ",
    newest: "Dernier bloc vérifié",
    headerHash: "En-tête de ce bloc",
    deploymentId: "Déploiement",
  },
  about: {
    title: "À propos de cette version",
    version: "Version",
    check: "Tester ce navigateur",
    checkHint: "Exécute en arrière-plan le hachage et les signatures dont l’application a besoin.",
    checking: "Test en cours…",
    hash: "Hachage",
    signature: "Signature et vérification",
    forgery: "Refus d’un message modifié",
    isolated: "Séparation des autres sites",
    passed: "fonctionne",
    failed: "ne fonctionne pas",
    cannotRun: "Le test n’a pas pu s’exécuter : {reason}",
  },
};
