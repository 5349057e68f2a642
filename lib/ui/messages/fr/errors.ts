import type * as en from "../en/errors.ts";
import type { Translated } from "../translated.ts";

export const errors: Translated<typeof en.errors> = {
  WrongPassphrase: "Cette phrase secrète n’ouvre pas cet appareil.",
  DeviceLocked: "Cet appareil est verrouillé. Déverrouillez-le avec votre phrase secrète.",
  WrongWord: "Ce n’est pas le mot de votre kit.",
  AlreadyConfirmed: "Le kit de récupération a déjà été confirmé.",
  OrganizationExists: "Ce navigateur contient déjà un appareil d’une organisation. Déverrouillez-le plutôt.",
  BootstrapTokenRequired: "Ce serveur demande un code d’installation. La personne qui le tient l’a.",
  BootstrapTokenWrong: "Le serveur n’a pas accepté ce code d’installation.",
  ServerUnreachable: "Le serveur ne répond pas. Rien n’est perdu : vos changements attendent ici son retour.",
  ServerRefused: "Le serveur a refusé. Réessayez ; si cela dure, prévenez la personne qui le tient.",
  RequestTooLarge:
    "Devant le serveur, un intermédiaire (un proxy par exemple) refuse les requêtes de {size}. La personne qui le tient doit en permettre de plus grandes ; réessayez ensuite.",
  RequestLost:
    "Le serveur répond, mais les requêtes de {size} ne passent pas. Un nouvel essai se fera tout seul. Si cela dure, la personne qui tient le serveur, ou un proxy devant lui, doit permettre des requêtes de cette taille.",
  RequestRefused:
    "Devant le serveur, un intermédiaire (proxy ou pare-feu) a refusé (HTTP {status}). La personne qui le tient doit laisser passer ; réessayez ensuite.",
  ForeignAnswer:
    "Autre chose répond à la place du serveur, comme une page de connexion de ce réseau. Connectez-vous-y ; un nouvel essai se fera tout seul.",
  ServerAnswerInvalid: "La réponse du serveur a échoué à une vérification ; rien n’en a été utilisé.",
  LedgerUnavailable:
    "Le grand livre public n’est pas utilisable en ce moment. Réessayez dans une minute ; ce que vous avez fait est gardé. La page Confiance dit pourquoi.",
  LedgerNotTrusted: {
    older:
      "Le serveur montre un état du grand livre public plus ancien que celui que cet appareil a vu : a-t-il été restauré depuis une copie ? Rien n’a été modifié. La page Confiance en dit plus, et ce qu’il faut faire.",
    other:
      "Le grand livre public ne continue pas là où cette application le connaît : rien n’en a été utilisé. La page Confiance en dit plus ; prévenez la personne qui tient ce service.",
  },
  NotConfigured: "Cette application n’est pas configurée comme il faut. Prévenez la personne qui la tient.",
  WritesPaused: "L’écriture est suspendue dans cet espace jusqu’à ce qu’une vérification aboutisse.",
  NotAllowed: "Votre rôle ne le permet pas. Une personne propriétaire de l’espace peut le changer.",
  NotFound: "Cet élément n’est plus là.",
  NameInvalid: {
    empty: "Il faut un nom.",
    tooLong: "Ce nom est trop long.",
    separator: "Un nom ne peut pas contenir « / ».",
    dots: "Un nom ne peut pas être fait que de points.",
    control: "Ce nom contient un caractère inutilisable.",
  },
  NameTaken: "Un élément porte déjà ce nom ici.",
  MoveIntoItself: "Un dossier ne peut pas être déplacé dans lui-même.",
  FolderInTrash: {
    named:
      "Le dossier « {name} » est dans la corbeille. Remettez-le en place et réessayez, ou choisissez un autre dossier. Rien n’a été mis ailleurs.",
    unnamed:
      "Ce dossier est dans la corbeille. Remettez-le en place et réessayez, ou choisissez un autre dossier. Rien n’a été mis ailleurs.",
  },
  FolderFull:
    "Ce dossier n’a plus de place : il peut contenir {count, number} éléments. Choisissez un autre dossier.",
  TooDeep:
    "Les dossiers peuvent être imbriqués sur {count, number} niveaux. Choisissez un dossier plus haut.",
  SourceChanged: "Le fichier a changé pendant l’envoi. Ajoutez-le à nouveau.",
  SourceNotPermitted: "Votre navigateur vous demande d’abord votre accord. Choisissez « Réessayer ».",
  SourceGone: "Cet élément n’est plus sur cet appareil. Ajoutez-le à nouveau.",
  SourceUnreadable:
    "Votre navigateur n’a pas pu lire cet élément : il est peut-être protégé, ouvert ailleurs, ou modifié depuis. Vérifiez et ajoutez-le à nouveau.",
  SourceLinked: "C’est un lien, et les liens ne sont pas envoyés. Ajoutez ce vers quoi il mène.",
  SourceUnnameable:
    "Un élément d’ici porte un nom que votre navigateur ne sait pas lire ; il n’a pas été envoyé. Renommez-le et ajoutez-le à nouveau.",
  SourceTooDeep: "Ces dossiers sont imbriqués trop profondément. Remontez-les et ajoutez-les à nouveau.",
  UploadInterrupted:
    "La page a été fermée avant la fin. Ce qui est déjà dans le dossier est à l’abri ; ajoutez le reste à nouveau.",
  StorageFull: {
    device:
      "Il n’y a plus de place sur cet appareil. Libérez-en, puis réessayez : ce qui est sur le serveur est à l’abri.",
    server:
      "Il n’y a plus de place sur le serveur. La personne qui le tient doit en ajouter ; réessayez ensuite.",
    quota: {
      organization:
        "La place que le serveur accorde à votre organisation est épuisée. La personne qui tient le serveur peut en donner plus ; réessayez ensuite. Ce qui s’y trouve déjà peut toujours être ouvert, renommé et déplacé.",
      device:
        "La place que le serveur accorde à cet appareil est épuisée. La personne qui tient le serveur peut en donner plus ; réessayez ensuite. Ce qui s’y trouve déjà peut toujours être ouvert, renommé et déplacé.",
    },
  },
  StorageCorrupt:
    "Les données de cet appareil sont abîmées. Rien n’a été modifié. Rechargez la page ; si ce message reste, restaurez le profil du navigateur depuis une sauvegarde, ou effacez les données de ce site dans les réglages du navigateur pour recommencer. Ce qui a été envoyé est toujours sur le serveur.",
  StorageOfOtherVersion: {
    earlier:
      "Ce que ce navigateur conserve vient d’une version antérieure de Holdfast, que celle-ci ne sait pas lire. Rien n’a été modifié. Demandez la version antérieure à la personne qui gère ce service pour y accéder ; ou effacez les données de ce site dans les réglages du navigateur pour recommencer. Ce qui a été envoyé est toujours sur le serveur.",
    later:
      "Ce que ce navigateur conserve vient d’une version plus récente de Holdfast. Rien n’a été modifié. Rechargez la page pour obtenir cette version ; si cela persiste, adressez-vous à la personne qui gère ce service.",
  },
  TooLarge: "C’est plus grand que {limit}.",
  BlockUnavailable: "Une partie de ce fichier est introuvable pour l’instant. Réessayez dans un moment.",
  Cancelled: "Annulé.",
  Unexpected:
    "Quelque chose d’inattendu s’est produit, par notre faute. Réessayez ; si cela dure, rechargez la page. Rien de ce qui était enregistré n’est perdu.",
};

export const clocks: Translated<typeof en.clocks> = {
  amount:
    "{unit, select, day {{count, plural, other {# jours}}} hour {{count, plural, other {# heures}}} minute {{count, plural, other {# minutes}}} other {{count, plural, one {# seconde} other {# secondes}}}}",
  device: {
    behind:
      "L’horloge de cet appareil retarde de {amount} : celles du serveur et du registre public concordent. Réglez la date et l’heure de cet appareil, de préférence en le laissant les régler lui-même.",
    ahead:
      "L’horloge de cet appareil avance de {amount} : celles du serveur et du registre public concordent. Réglez la date et l’heure de cet appareil, de préférence en le laissant les régler lui-même.",
  },
  server: {
    behind:
      "L’horloge du serveur retarde de {amount} : celles de cet appareil et du registre public concordent. Signalez-le à la personne qui gère le serveur.",
    ahead:
      "L’horloge du serveur avance de {amount} : celles de cet appareil et du registre public concordent. Signalez-le à la personne qui gère le serveur.",
  },
  ledger: {
    behind:
      "L’horloge du registre public retarde de {amount} : celles de cet appareil et du serveur concordent. Signalez-le à la personne qui gère le registre.",
    ahead:
      "L’horloge du registre public avance d’au moins {amount} : celles de cet appareil et du serveur concordent. Signalez-le à la personne qui gère le registre.",
  },
  unknown: {
    behind:
      "Les horloges de cet appareil et du registre public ne concordent pas : celle de cet appareil retarde de {amount}. On ne peut pas savoir d’ici laquelle est fausse. Comparez celle de cet appareil avec une autre ; si elle est juste, signalez-le à la personne qui gère le serveur.",
    ahead:
      "Les horloges de cet appareil et du registre public ne concordent pas : celle de cet appareil avance de {amount}. On ne peut pas savoir d’ici laquelle est fausse. Comparez celle de cet appareil avec une autre ; si elle est juste, signalez-le à la personne qui gère le serveur.",
  },
};

export const notices: Translated<typeof en.notices> = {
  conflictKeptBoth: "« {name} » a été modifié deux fois en même temps. Les deux versions sont gardées.",
  renamedOnClash: "Le nom « {name} » a été pris entre-temps. Le vôtre s’appelle maintenant « {given} ».",
  removalDropped: "« {name} » n’a pas été supprimé : quelqu’un y a travaillé entre-temps.",
  keptThoughRemoved:
    "« {name} » a été supprimé par quelqu’un pendant que vous le modifiiez. Il est gardé avec votre changement.",
  editHeld:
    "Une modification de « {name} » ne peut pas être envoyée. Elle est gardée sur cet appareil et réessayée au prochain déverrouillage.",
  editRecovered: "« {name} » n’a pas pu être mis à sa place. Il est dans « {given} ».",
  editAbandoned: "Une modification de « {name} » n’a pas pu être gardée.",
  refusedAndTaken: "Le serveur avait refusé une modification de « {name} », et l’a faite malgré tout.",
  serverUnreachable: "Le serveur ne répond pas. Vous pouvez continuer à travailler.",
  serverBack: "Le serveur est de retour.",
  writesPaused: "L’écriture est suspendue dans « {workspace} » pendant une vérification.",
  anotherTabLeads: "Holdfast est aussi ouvert dans un autre onglet.",
};
