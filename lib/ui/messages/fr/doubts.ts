import type * as en from "../en/doubts.ts";
import type { Translated } from "../translated.ts";

export const doubts: Translated<typeof en.doubts> = {
  title: {
    found: "Ce qui a été trouvé",
    doubt: "Ce qui ne concorde pas",
    late: "Pourquoi les vérifications tardent",
    before: "Ce qui n’a pas pu être vérifié",
  },
  unreachable: "Le grand livre public est injoignable, ou ne répond pas.",
  withheld: {
    seal: "Le serveur répond, mais ne prouve pas que votre propre travail est sous le dernier scellé. L’écriture attend ici. Demandez pourquoi à la personne qui tient le serveur ; si cela dure, gardez vos propres copies.",
    leafHashes:
      "Le serveur répond, mais retient la liste par laquelle cet appareil peut prouver ce qui lui a été montré. L’écriture attend ici. Demandez pourquoi à la personne qui tient le serveur ; si cela dure, gardez vos propres copies.",
    replay:
      "Le serveur répond, mais ne montre pas les entrées de tout le monde sous le dernier scellé : cet appareil ne peut pas les parcourir. Votre propre travail est vérifié. Demandez pourquoi à la personne qui tient le serveur.",
    organization:
      "Le serveur répond, mais ne montre pas le registre de l’organisation : cet appareil ne peut pas vérifier qui en fait partie. Demandez pourquoi à la personne qui tient le serveur.",
    genesis:
      "Le serveur répond, mais ne montre pas comment ce registre a commencé, ce dont certaines preuves ont besoin. Demandez pourquoi à la personne qui tient le serveur.",
    head: "Le serveur répond, mais ne montre pas jusqu’où va le registre maintenant : des changements plus récents peuvent vous être cachés. Demandez à un collègue s’il les voit, et pourquoi à la personne qui tient le serveur.",
    entries:
      "Le serveur répond, mais ne prouve pas quelles versions sont les plus récentes : des changements plus récents peuvent vous être cachés. Demandez à un collègue s’il les voit, et pourquoi à la personne qui tient le serveur.",
    authority:
      "Le serveur répond, mais ne montre pas qui peut faire quoi ici : cet appareil ne peut pas le vérifier. Demandez pourquoi à la personne qui tient le serveur.",
    ownRecord:
      "Le serveur répond, mais ne montre pas une entrée que, selon lui, cet appareil a faite. Demandez pourquoi à la personne qui tient le serveur.",
  },
  about: {
    Removed:
      "Selon le registre, vous ou cet appareil n’en faites plus partie : le serveur ne vous en montre plus les preuves. Ce qui a été vérifié avant reste vrai. Demandez à un propriétaire si c’est une erreur.",
    LedgerOlder:
      "Le serveur montre un état du grand livre public plus ancien que celui que cet appareil a vu. Si cela ne passe pas de soi-même en quelques minutes : a-t-il été restauré depuis une copie ? Demandez à la personne qui le tient. Ce qui a été enregistré depuis peut y manquer : gardez vos originaux et cet appareil tel qu’il est, et n’y enregistrez rien d’important avant que ce soit éclairci.",
    ServerOlder:
      "Le serveur montre un état plus ancien que celui que cet appareil a vu : a-t-il été restauré depuis une copie ? Demandez à la personne qui le tient. Ce qui a été enregistré depuis peut y manquer : gardez vos originaux et cet appareil tel qu’il est, et n’y enregistrez rien d’important avant que ce soit éclairci.",
    DeviceUnknown:
      "Le serveur ne connaît plus cet appareil. Il montre peut-être un état d’avant sa mise en service : a-t-il été restauré depuis une copie ? Demandez à la personne qui le tient. Ce qui a été enregistré depuis peut y manquer : gardez vos originaux et cet appareil tel qu’il est, et n’y enregistrez rien d’important avant que ce soit éclairci.",
    LedgerEpochRewritten:
      "Le grand livre public dit maintenant autre chose d’une période que cet appareil a vérifiée. Un grand livre restauré depuis une copie puis réutilisé ressemble à cela. Demandez à la personne qui le tient. Ce qui a été enregistré depuis peut y manquer : gardez vos originaux et cet appareil tel qu’il est, et n’y enregistrez rien d’important avant que ce soit éclairci.",
    LedgerForged:
      "Ce que le serveur transmet du grand livre public ne suit pas de ce que cet appareil a vérifié avant. Rien n’en a été utilisé. Demandez à la personne qui tient le serveur ; vos propres copies restent sûres.",
    LedgerEpochMissing:
      "Le serveur ne transmet pas un scellé qui devrait être sur le grand livre public. La question est reposée toute seule ; si cela dure, demandez à la personne qui tient le serveur.",
    LedgerNotPassedOn:
      "Le serveur répond, mais ne transmet pas le grand livre public : il ne l’atteint pas, ou le retient. La question est reposée toute seule ; si cela dure, demandez à la personne qui tient le serveur.",
    AnswerMissing:
      "Le serveur n’a pas répondu ce qui lui était demandé. Demandez à la personne qui tient le serveur ; ce que cet appareil a vérifié reste vrai.",
    ProofsWithheld: "Le serveur ne montre pas ce dont cette vérification a besoin.",
    EpochOverdue: "Le scellé public de la dernière période est en retard.",
    ReceiptNotSealed:
      "Le serveur a signé pour une de vos actions et ne l’a pas montrée sous un scellé à temps.",
    ReceiptBeyondSeal: "Le serveur a signé pour une de vos actions, et le scellé promis ne la contient pas.",
    OperationBelowNoSeal:
      "Le serveur a signé pour une de vos actions, et le scellé promis ne la contient pas.",
    EpochRecordDiffers: "Le serveur montre un autre scellé que celui du grand livre public.",
    EpochUnsigned: "Le serveur n’a pas signé le scellé qu’il montre.",
    EpochSignatureWrong: "La signature du serveur sur le scellé est fausse.",
    OperationUnanswered: "Le serveur n’a jamais répondu à l’une de vos actions.",
    InstanceSignatureMissing: "L’un des serveurs n’a pas signé le dernier scellé.",
    LedgerSilent: "Le grand livre public n’a rien de nouveau depuis un moment.",
    NotChecked: "Rien n’a été vérifié depuis un moment : l’application était fermée, ou le serveur absent.",
    JournalIncomplete: "Le carnet de cet appareil commence plus tard que le registre.",
    TrustExpired:
      "Cet appareil a suivi le grand livre public pour la dernière fois il y a trop longtemps pour reprendre de là. Rechargez cette page : l’application repartira de son point de départ le plus récent. Si cela persiste, la personne qui tient l’application doit en publier un plus récent. Vos fichiers restent lisibles et vos changements attendent ici.",
    HeaderFromFuture:
      "Selon l’horloge de cet appareil, le grand livre public est dans le futur. Réglez la date et l’heure de l’appareil.",
  },
  check: {
    I1: "Le serveur n’a pas signé comme il le doit pour l’une de vos actions.",
    I2: "Le registre n’a pas seulement grandi : quelque chose y manque ou y a changé.",
    I3: "Ce que vous avez lu n’était pas la vraie version la plus récente.",
    E1: "L’une de vos actions n’est pas dans le registre scellé telle que vous l’avez faite.",
    E2: "Vos collègues ont vu un autre registre.",
    E3: "Le scellé n’a pas été trouvé sur le grand livre public.",
    E4: "Il manque quelque chose entre deux scellés.",
    E5: "Un scellé est en retard.",
    E6: "Une action de quelqu’un dans le registre ne respecte pas les règles.",
  },
};
