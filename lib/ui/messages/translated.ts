/** The same keys with any words: a missing or a surplus key in a translation is a type error. */
export type Translated<Messages> = {
  readonly [Key in keyof Messages]: Messages[Key] extends string ? string : Translated<Messages[Key]>;
};
