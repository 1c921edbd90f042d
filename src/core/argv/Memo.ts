/**
 * What is made of one object, made once: planning begins anew with each answer, and what it makes of the words of a command
 * alone stays the same.
 */

/**
 * The function, which makes each object's value once and gives it again. It has to be pure, and its objects unchanging.
 *
 * @category constructors
 */
export const memo = <K extends object, A>(make: (key: K) => A): (key: K) => A => {
  const made = new WeakMap<K, { readonly value: A }>()
  return (key) => {
    const known = made.get(key) ?? { value: make(key) }
    made.set(key, known)
    return known.value
  }
}

/**
 * The function of a text, which makes each text's value once for as long as an object lives.
 *
 * @category constructors
 */
export const memoOfTexts = <A>(make: (text: string) => A): (owner: object) => (text: string) => A =>
  memo(() => {
    const made = new Map<string, { readonly value: A }>()
    return (text: string) => {
      const known = made.get(text) ?? { value: make(text) }
      made.set(text, known)
      return known.value
    }
  })
