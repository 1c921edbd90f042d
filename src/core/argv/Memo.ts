/**
 * Remembers a function's result for each object. Planning starts over with each answer, but results that depend only on the
 * command's words stay the same.
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
 * The same for a function of a text: it runs once for each text, as long as an object lives.
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

/**
 * The function, which remembers what it gave the last time and gives that again for the same inputs. It has to be pure, and its
 * inputs unchanging.
 *
 * @category constructors
 */
export const memoOfLast = <I extends ReadonlyArray<unknown>, A>(make: (...inputs: I) => A): (...inputs: I) => A => {
  let last: { readonly inputs: I; readonly value: A } | undefined
  return (...inputs) => {
    const isSame = last?.inputs.every((one, at) => one === inputs[at]) === true
    last = isSame && last !== undefined ? last : { inputs, value: make(...inputs) }
    return last.value
  }
}
