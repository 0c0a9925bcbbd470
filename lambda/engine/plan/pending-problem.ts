/** The pending version of a rotation by Secrets Manager. */
export interface OfPending {
  readonly versionId: string;
}

/**
 * Why a pending version cannot become current. `empty`: it has no value yet. `foreign`: this deployment did not make its
 * value. `gone` and `off`: its authorization was deleted, or is switched off. `old`: it was made so long ago that older
 * tokens could end early. `outdated`: it was made from another version than the current one.
 * `leaked`: its row says so, and whoever has it could work with it.
 */
export type PendingProblem = 'empty' | 'foreign' | 'gone' | 'off' | 'old' | 'outdated' | 'leaked';
