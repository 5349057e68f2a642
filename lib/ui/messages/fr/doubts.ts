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
  about: {
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
    LedgerWithheld: "Le serveur montre un état du grand livre public plus ancien qu’auparavant.",
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
