import type { en } from "../en.ts";
import type { Translated } from "../translated.ts";

export const verify: Translated<typeof en.verify> = {
  title: "Vérifier un dossier de preuve",
  intro:
    "Le dossier est vérifié dans cette page, sur cet appareil. Il ne faut pas de compte et rien n’est envoyé.",
  drop: "Déposez ici un dossier de preuve",
  choose: "Choisir un dossier de preuve",
  checking: "Vérification…",
  another: "Vérifier un autre dossier",
  outcome: {
    consistent: "Cohérent",
    consistentHint: "Rien dans ce dossier ne contredit le reste.",
    contradictionProven: "Une contradiction est prouvée",
    notEnough: "Pas assez pour conclure",
    notEnoughHint: "Ce dossier ne prouve rien : sa dernière étape ci-dessous ne tient pas.",
    overdue: "En retard",
    overdueHint: "Un scellé attendu n’est pas dans le registre public. Cela ne prouve aucun mensonge.",
    witnessWord: "Seulement la parole du témoin",
    unreadable: "Ce n’est pas un dossier de preuve",
  },
  because: {
    notCompared:
      "Cette application n’a pas pu lire son propre déploiement : le registre public de ce dossier n’a été comparé à rien. L’auteur du dossier peut l’avoir inventé.",
    otherDeployment:
      "Ce dossier porte sur un autre déploiement que celui de cette application, qui n’en dit rien.",
    notListed:
      "Le registre public de ce dossier ne mène à aucun point que nomme le déploiement de cette application. L’auteur du dossier peut l’avoir inventé.",
    oldValidators:
      "Le registre public de ce dossier repose sur les notaires du {date}. Quiconque détient leurs clés depuis peut l’avoir fabriqué.",
  },
  shows: {
    contradiction: "Personne n’est mis en cause. Si ce registre public est le vrai, le dossier montre ceci :",
    overdue: "Personne n’est mis en cause. Si ce registre public est le vrai, le dossier montre ceci :",
    consistent: "Si ce registre public est le vrai, rien dans ce dossier ne contredit le reste.",
  },
  toCompare:
    "Pour le savoir, ouvrez le dossier dans l’application du déploiement concerné, ou lancez « node verify.mjs DOSSIER --anchor deployment.json » avec un deployment.json venu de l’adresse de cette application, et non de la personne qui vous a remis le dossier.",
  kind: {
    contradiction: "Le serveur s’est porté garant de deux états d’un registre qui s’excluent.",
    staleRead:
      "Le serveur a donné une ancienne version pour la plus récente, alors qu’une autre était inscrite.",
    mapLie: "Le serveur a signé un état du registre qui ne découle pas du registre.",
    invalidLeaf: "Le serveur a inscrit au registre ce qu’aucun serveur honnête n’inscrit.",
    missingSlot: "Un registre présent dans un scellé manque dans un scellé plus récent.",
    twoEpochRecords: "Deux scellés différents ont été signés pour une seule et même période.",
    refusalContradicted: "Le serveur a refusé une opération pour une raison qui n’est pas vraie.",
    overdueEpoch: "Un scellé attendu n’est pas dans le registre public.",
  },
  facts: {
    accused: "Mis en cause",
    instance: "un serveur, par sa clé",
    deployment: "l’ensemble des serveurs de ce déploiement",
    asOf: "Vrai à la date du",
    log: "Registre",
    key: "Clé",
    deploymentId: "Déploiement",
  },
  anchor: {
    title: "Point de départ de la preuve",
    compared: "Comparé : le déploiement de cette application nomme ce point du registre public.",
    compare:
      "Le dossier le dit de lui-même. Cela ne compte que si une source à vous, comme un lien d’invitation, donne les mêmes valeurs.",
    chain: "Chaîne",
    height: "Hauteur",
    headerHash: "Condensé de l’en-tête",
  },
  steps: "Ce qui a été vérifié",
  holds: "tient",
  fails: "ne tient pas",
  step: {
    signaturesCanBeChecked: "Ce navigateur sait vérifier les signatures selon la règle en usage ici",
    evidenceIsReadable: "Le dossier est lisible",
    anchorIsTheExpected:
      "Le registre public découle d’un point que nomme le déploiement de cette application",
    bundleIsReadable: "Ce que le dossier contient du registre public est lisible",
    headersFollowFromAnchor:
      "Le registre public découle du point de départ, avec la signature de ses notaires",
    deploymentIsOnLedger: "Le registre public connaît le déploiement",
    registryIsComplete: "Ce sont toutes les clés de serveur qu’il a inscrites",
    epochsAreAnchored: "Les scellés du dossier sont les scellés publics",
    genesisIsTheLogs: "La première entrée du registre dit ce qu’il est, et à qui",
    headIsVouchedFor: "Le serveur s’est porté garant de cet état du registre",
    otherHeadIsVouchedFor: "Le serveur s’est porté garant de l’autre état du registre",
    leafIsIncluded: "L’entrée figure dans ce registre",
    leafBeforeIsIncluded: "L’entrée précédente aussi",
    otherLeafIsIncluded: "L’autre entrée aussi",
    entriesAreProven: "Ces parties de l’état sont prouvées",
    organizationIsVouchedFor: "Le serveur s’est porté garant de cet état du registre de l’organisation",
    recordIsReadable: "L’entrée est lisible, et du genre en question",
    openingIsTheRecords: "Ce qui a été demandé est ce que dit l’entrée",
    resultsAreTheStamps: "Ce qui a été répondu est ce que le serveur a signé",
    slotIsInEarlierEpoch: "Le registre a sa place dans le scellé antérieur",
    epochRecordIsSigned: "Un serveur inscrit a signé ce scellé",
    otherEpochRecordIsSigned: "Un serveur inscrit a signé l’autre scellé",
    refusalIsSigned: "Un serveur inscrit a signé le refus",
    refusedRecordIsThisOne: "L’opération du dossier est celle qui a été refusée",
    prefixIsProven: "Il est prouvé que le registre le plus long est passé par cet état",
    evidenceSuffices: "Le dossier contient ce qu’il faut à l’étape suivante",
    headsCannotBothBeTrue: "Les deux états ne peuvent pas être vrais ensemble",
    readWasStale: "La version plus récente était inscrite avant la réponse",
    mapRootIsWrong: "L’état signé n’est pas celui qui découle",
    leafIsInvalid: "Aucun serveur honnête n’inscrit cette entrée",
    slotIsGone: "Le registre n’a pas de place dans le scellé postérieur",
    epochRecordsDiffer: "Les deux scellés sont d’une seule période, et diffèrent",
    refusalIsUntrue: "La raison n’est pas vraie de l’état même que nomme le refus",
    epochIsOverdue: "Le dernier moment pour ce scellé est passé",
  },
  fileError: {
    tooLarge: "Le fichier est plus grand que tout dossier de preuve.",
    notAnArchive: "Le fichier n’est ni une preuve ni une archive ZIP entière.",
    noSingleEvidence: "L’archive ne contient pas exactement un evidence.cbor.",
    unsupportedArchive: "L’archive est chiffrée, ou compressée d’une manière non prise en charge.",
    damagedArchive: "L’archive est endommagée.",
    unreadableFile: "Le fichier n’a pas pu être lu sur cet appareil.",
  },
};
