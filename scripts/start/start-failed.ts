/** Something the operator can mend; the message says what and how. */
export class StartFailed extends Error {
  override readonly name = "StartFailed";
}
