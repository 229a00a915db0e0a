// Columns that a token looks at: no later ones, of the last steps, and of the last episodes.
import { arange, cat, scope, type Tensor } from "@throughline/torch";

/** Reach of a token's look back. */
export interface Sight {
  /** Columns of a step. */
  readonly tokens: number;
  /** Steps that are looked at, with the token's own. */
  readonly window: number;
  /** Episodes that are looked at before the token's own. */
  readonly keepsEpisodes: number;
}

/**
 * The columns that fresh tokens look at. Episodes are numbered from 1; the number 0 is a column without a token, which only looks at
 * itself, so that its result is finite.
 * @param cached int64 [B, C]: episodes of the columns before; C is a multiple of `tokens`
 * @param fresh int64 [B, L]: episodes of the fresh tokens
 * @returns bool [B, L, C + L]
 */
export function visibleColumns(cached: Tensor, fresh: Tensor, sight: Sight): Tensor {
  const { tokens, window, keepsEpisodes } = sight;
  return scope(() => {
    const all = cat([cached, fresh], 1);
    const [from, to] = [cached.size(1), all.size(1)];
    const columns = arange(to, { dtype: "int64", device: all.device });
    const steps = columns.div(tokens, { roundingMode: "floor" });
    const [own, ownStep] = [columns, steps].map((each) => each.narrow(0, from, to - from).unsqueeze(1)) as [
      Tensor,
      Tensor,
    ];
    const isNear = columns.le(own).logicalAnd(steps.gt(ownStep.sub(window)));
    const oldest = fresh.sub(keepsEpisodes).clamp({ min: 1 });
    const isOfEpisodes = all.unsqueeze(1).ge(oldest.unsqueeze(2));
    return isOfEpisodes.logicalAnd_(isNear).logicalOr_(columns.eq(own));
  });
}
