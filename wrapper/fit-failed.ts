/** Remedy for a metric that is NaN or infinite. */
export const FIT_FAILED =
  'The fit diverged: lower the learning rate, clean the features, or leave such parameters out of the search.';
