/** What each kind of question defines. */

/**
 * A kind of question: how `Q`, the thing asked about, and its answer `A` read in words, such as
 * `where does /home/retro/work/app lead?` and `/home/retro/work/app`.
 *
 * **Details**
 *
 * A module for each kind has the two types, `Asked` and `Answer`, and the words, `kind`; `Question.kinds` lists them all.
 */
export interface Kind<Q, A> {
  readonly question: (asked: Q) => string
  readonly answer: (answer: A, asked: Q) => string
}
