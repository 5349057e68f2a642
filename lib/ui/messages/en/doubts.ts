/** Why the state is not "checked", one sentence each: by what was noticed where it is known, else by the check. */
export const doubts = {
  title: {
    found: "What was found",
    doubt: "What does not add up",
    late: "Why checks are late",
    before: "What could not be checked",
  },
  unreachable: "The public ledger cannot be reached, or does not answer.",
  /** Which proof is kept back although the server answers. */
  withheld: {
    seal: "The server answers, but does not prove that your own work is under the newest seal. Writing waits here. Ask whoever runs the server why; if it stays so, keep copies of your own.",
    leafHashes:
      "The server answers, but keeps back the list by which this device can prove what it was shown. Writing waits here. Ask whoever runs the server why; if it stays so, keep copies of your own.",
    replay:
      "The server answers, but does not show everyone’s entries under the newest seal, so this device cannot go through them. Your own work is checked. Ask whoever runs the server why.",
    organization:
      "The server answers, but does not show the organization’s record, so this device cannot check who belongs to it. Ask whoever runs the server why.",
    genesis:
      "The server answers, but does not show how this record began, which some proofs need. Ask whoever runs the server why.",
    head: "The server answers, but does not show how far the record goes by now: newer changes may be hidden from you. Ask a colleague whether they see them, and whoever runs the server why.",
    entries:
      "The server answers, but does not prove which versions are the newest: newer changes may be hidden from you. Ask a colleague whether they see them, and whoever runs the server why.",
    authority:
      "The server answers, but does not show who may do what here, so this device cannot check it. Ask whoever runs the server why.",
    ownRecord:
      "The server answers, but does not show an entry that it says this device made. Ask whoever runs the server why.",
  },
  about: {
    Removed:
      "The record says that you, or this device, no longer belong here: the server no longer shows you its proofs. What was checked before stands. Ask an owner if this is a mistake.",
    LedgerOlder:
      "The server shows an older state of the public ledger than this device has seen. If this does not pass by itself within minutes: was it restored from a copy? Ask whoever runs it. What was stored since then may be missing there: keep your originals and this device as it is, and store nothing important until this is cleared up.",
    ServerOlder:
      "The server shows an older state than this device has seen: was it restored from a copy? Ask whoever runs it. What was stored since then may be missing there: keep your originals and this device as it is, and store nothing important until this is cleared up.",
    DeviceUnknown:
      "The server does not know this device any more. It may show a state from before this device was set up: was it restored from a copy? Ask whoever runs it. What was stored since then may be missing there: keep your originals and this device as it is, and store nothing important until this is cleared up.",
    LedgerEpochRewritten:
      "The public ledger now says something else about a period that this device has checked. A ledger that was restored from a copy and used again looks like this. Ask whoever runs it. What was stored since then may be missing there: keep your originals and this device as it is, and store nothing important until this is cleared up.",
    LedgerForged:
      "What the server passes on of the public ledger does not follow from what this device has checked before. Nothing of it was used. Ask whoever runs the server; your own copies are safe to work with.",
    LedgerEpochMissing:
      "The server does not pass on a seal that should be on the public ledger. It is asked again by itself; if this stays, ask whoever runs the server.",
    LedgerNotPassedOn:
      "The server answers, but does not pass on the public ledger: it cannot reach it, or keeps it back. It is asked again by itself; if this stays, ask whoever runs the server.",
    AnswerMissing:
      "The server’s answer was not what it was asked for. Ask whoever runs the server; what this device has checked stands.",
    ProofsWithheld: "The server does not show what this check needs.",
    EpochOverdue: "The public seal of the last period is overdue.",
    ReceiptNotSealed: "The server signed for one of your actions and has not shown it under a seal in time.",
    ReceiptBeyondSeal:
      "The server signed for one of your actions, and the seal it was promised is without it.",
    OperationBelowNoSeal:
      "The server signed for one of your actions, and the seal it was promised is without it.",
    EpochRecordDiffers: "The server shows another seal than the one on the public ledger.",
    EpochUnsigned: "The server did not sign the seal that it shows.",
    EpochSignatureWrong: "The server’s signature on the seal is wrong.",
    OperationUnanswered: "The server never answered one of your actions.",
    InstanceSignatureMissing: "One of the servers did not sign the last seal.",
    LedgerSilent: "The public ledger has had nothing new for a while.",
    NotChecked: "Nothing was checked for a while: the app was closed, or the server was away.",
    JournalIncomplete: "This device’s own notes begin later than the record.",
    TrustExpired:
      "This device last followed the public ledger too long ago to go on from there. Reload this page: the app then takes up its newest starting point. If this stays, whoever runs the app has to publish a newer one. Your files stay readable, and changes wait here.",
    HeaderFromFuture:
      "By the clock of this device, the public ledger is in the future. Set the device’s date and time right.",
  },
  check: {
    I1: "The server did not sign for one of your actions as it should.",
    I2: "The record did not only grow: something that was in it is gone or has changed.",
    I3: "Something that you read was not the real, newest version.",
    E1: "One of your own actions is not in the sealed record as you made it.",
    E2: "Your teammates were shown another record.",
    E3: "The seal could not be found on the public ledger.",
    E4: "Something between two seals is missing.",
    E5: "A seal is late.",
    E6: "Somebody’s action in the record does not follow the rules.",
  },
} as const;
