/** One sentence for each thing that can go wrong: what it is, and where there is one, what helps. */
export const errors = {
  WrongPassphrase: "This passphrase does not open this device.",
  DeviceLocked: "This device is locked. Unlock it with your passphrase.",
  WrongWord: "That is not the word from your kit.",
  AlreadyConfirmed: "The recovery kit was already confirmed.",
  OrganizationExists: "This browser already holds a device of an organization. Unlock it instead.",
  BootstrapTokenRequired: "This server asks for a setup code. Whoever runs it has the code.",
  BootstrapTokenWrong: "The server did not accept this setup code.",
  ServerUnreachable:
    "The server does not answer. Nothing is lost: what you changed waits here until it is back.",
  ServerRefused: "The server refused this. Try again; if it stays so, tell whoever runs the server.",
  RequestTooLarge:
    "Something before the server, such as a proxy, takes no requests of {size}. Whoever runs it has to allow larger ones; then try again.",
  RequestLost:
    "The server answers, but requests of {size} do not get through. It is tried again by itself. If it stays so, whoever runs the server, or a proxy before it, has to allow requests of that size.",
  RequestRefused:
    "Something before the server, such as a proxy or a firewall, refused this (HTTP {status}). Whoever runs it has to let it pass; then try again.",
  ForeignAnswer:
    "Something else answers in place of the server, such as a sign-in page of this network. Sign in there; it is tried again by itself.",
  ServerAnswerInvalid: "The server’s answer failed a check, so nothing of it was used.",
  LedgerUnavailable:
    "The public ledger cannot be used right now. Try again in a minute; what you did so far is kept. Trust says why.",
  LedgerNotTrusted: {
    older:
      "The server shows an older state of the public ledger than this device has seen: was it restored from a copy? Nothing was changed. Trust says more, and what to do.",
    other:
      "The public ledger does not go on from where this app knows it, so nothing of it was used. Trust says more; tell whoever runs this service.",
  },
  NotConfigured: "This app is not set up as it should be. Tell whoever runs it.",
  WritesPaused: "Writing is paused in this workspace until a check clears.",
  NotAllowed: "Your role does not allow this. An owner of the workspace can change it.",
  NotFound: "It is no longer there.",
  NameInvalid: {
    empty: "A name is needed.",
    tooLong: "This name is too long.",
    separator: "A name cannot contain “/”.",
    dots: "A name cannot be only dots.",
    control: "This name contains a character that cannot be used.",
  },
  NameTaken: "Something here already has this name.",
  MoveIntoItself: "A folder cannot be moved into itself.",
  FolderInTrash: {
    named:
      "The folder “{name}” is in the trash. Bring it back and try again, or choose another folder. Nothing was put anywhere else.",
    unnamed:
      "This folder is in the trash. Bring it back and try again, or choose another folder. Nothing was put anywhere else.",
  },
  FolderFull: "This folder has no room for more: it can hold {count, number} entries. Choose another folder.",
  TooDeep: "Folders can be nested {count, number} deep. Choose a folder further up.",
  SourceChanged: "The file changed while it was being sent. Add it again.",
  SourceNotPermitted: "Your browser asks you first before this goes on. Choose “Try again”.",
  SourceGone: "This is not there on this device any more. Add it again.",
  SourceUnreadable:
    "Your browser could not read this: it may be protected, open elsewhere, or changed since. Check that and add it again.",
  SourceLinked: "This is a link, and links are not sent. Add what it leads to.",
  SourceUnnameable:
    "Something in here has a name that your browser cannot read, so it was not sent. Rename it and add it again.",
  SourceTooDeep: "These folders lie too deep in one another. Move them further up and add them again.",
  UploadInterrupted:
    "The page was closed before this was done. What is in the folder already is safe; add the rest again.",
  StorageFull: {
    device: "This device has no room left. Free some space, then try again: what is on the server is safe.",
    server: "The server has no room left. Whoever runs it has to add some; then try again.",
    quota: {
      organization:
        "The room that the server gives your organization is used up. Whoever runs the server can give it more; then try again. What is there already can still be opened, renamed and moved.",
      device:
        "The room that the server gives this device is used up. Whoever runs the server can give it more; then try again. What is there already can still be opened, renamed and moved.",
    },
  },
  StorageCorrupt:
    "The data on this device is damaged. Nothing was changed. Reload the page; if this stays, bring the browser’s profile back from a backup, or clear this site’s data in the browser’s settings to start anew. What was uploaded is still on the server.",
  StorageOfOtherVersion: {
    earlier:
      "What this browser keeps was made by an earlier version of Holdfast, which this one cannot read. Nothing was changed. Ask whoever runs this service for the earlier version to get at it; or clear this site’s data in the browser’s settings to start anew. What was uploaded is still on the server.",
    later:
      "What this browser keeps was made by a later version of Holdfast. Nothing was changed. Reload the page to get that version; if this stays, ask whoever runs this service.",
  },
  TooLarge: "This is larger than {limit}.",
  BlockUnavailable: "Part of this file cannot be fetched right now. Try again in a while.",
  Cancelled: "Cancelled.",
  Unexpected:
    "Something unexpected happened, and the fault is ours. Try again; if it stays so, reload the page. Nothing that was saved is lost.",
} as const;

/** Which of three clocks is off, by how much and which way. */
export const clocks = {
  amount:
    "{unit, select, day {{count, plural, other {# days}}} hour {{count, plural, other {# hours}}} minute {{count, plural, other {# minutes}}} other {{count, plural, one {# second} other {# seconds}}}}",
  device: {
    behind:
      "This device’s clock is {amount} behind: the server’s and the public ledger’s agree. Set this device’s date and time right, best by letting it set them itself.",
    ahead:
      "This device’s clock is {amount} ahead: the server’s and the public ledger’s agree. Set this device’s date and time right, best by letting it set them itself.",
  },
  server: {
    behind:
      "The server’s clock is {amount} behind: this device’s and the public ledger’s agree. Tell whoever runs the server.",
    ahead:
      "The server’s clock is {amount} ahead: this device’s and the public ledger’s agree. Tell whoever runs the server.",
  },
  ledger: {
    behind:
      "The public ledger’s clock is {amount} behind: this device’s and the server’s agree. Tell whoever runs the ledger.",
    ahead:
      "The public ledger’s clock is at least {amount} ahead: this device’s and the server’s agree. Tell whoever runs the ledger.",
  },
  unknown: {
    behind:
      "This device’s clock and the public ledger’s disagree: this device’s is {amount} behind. Which of them is wrong cannot be told from here. Compare this device’s with another clock; if it is right, tell whoever runs the server.",
    ahead:
      "This device’s clock and the public ledger’s disagree: this device’s is {amount} ahead. Which of them is wrong cannot be told from here. Compare this device’s with another clock; if it is right, tell whoever runs the server.",
  },
} as const;

export const notices = {
  conflictKeptBoth: "“{name}” was changed twice at the same time. Both versions are kept.",
  renamedOnClash: "The name “{name}” was taken meanwhile. Yours is now called “{given}”.",
  removalDropped: "“{name}” was not removed: somebody has worked in it meanwhile.",
  keptThoughRemoved: "“{name}” was removed by somebody while you changed it. It is kept with your change.",
  editHeld:
    "A change to “{name}” cannot be sent. It is kept on this device and tried again after the next unlock.",
  editRecovered: "“{name}” could not be put where it belongs. It is in “{given}”.",
  editAbandoned: "A change to “{name}” could not be kept.",
  refusedAndTaken: "The server had refused a change to “{name}”, and has made it after all.",
  serverUnreachable: "The server does not answer. You can keep working.",
  serverBack: "The server is back.",
  writesPaused: "Writing is paused in “{workspace}” while this device checks.",
  anotherTabLeads: "Holdfast is also open in another tab.",
} as const;
